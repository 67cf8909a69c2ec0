-- 问题 21　问到的，说解决了、说满意的占多少？
-- 一行一件，按最近一次说的那天；各人按其最近一次说的，几位反映人都这样说才算。没有表示的不算。法律不列入评价的不算，联系不上的不算。
SELECT f.case_id AS of, f.case_id AS thing, f.day AS at, f.day AS since, jiefen_ever() AS due,
       CASE WHEN f.yes THEN f.day ELSE jiefen_never() END AS hit, f.until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM (
  SELECT f.case_id, jiefen_day(f.at) AS day, said.yes,
         coalesce(jiefen_day(lead(f.at) OVER (PARTITION BY f.case_id ORDER BY f.at, f.id)), jiefen_never()) AS until
  FROM oversight_followup f JOIN seen c ON c.id = f.case_id
  CROSS JOIN LATERAL (
    SELECT bool_and(coalesce(CASE %(said)s WHEN 'solved' THEN h.solved ELSE h.satisfied END, FALSE)) AS yes
    FROM (
      SELECT DISTINCT ON (g.party) g.solved, g.satisfied, g.left_out FROM oversight_followup g
      WHERE g.case_id = f.case_id AND g.outcome = 'reached' AND g.after_seq > 0 AND (g.at, g.id) <= (f.at, f.id)
      ORDER BY g.party, g.at DESC, g.id DESC
    ) h WHERE h.left_out = ''
  ) said
  WHERE f.case_id = ANY(%(cases)s::bigint[]) AND f.outcome = 'reached' AND f.after_seq > 0
) f
WHERE f.yes IS NOT NULL AND f.case_id IN (SELECT case_id FROM clocks WHERE clock = ANY(%(clocks)s))
