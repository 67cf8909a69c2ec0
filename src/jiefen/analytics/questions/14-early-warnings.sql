-- 问题 14　经核成立的网格信息里，有多少是在当事人提出之前就登记为隐患的？
-- 一行一件成立的网格来件；立为排查件（有“日排查日报告”时限的程序）的算提前预警。核定不属纠纷的不算。
SELECT i.id AS of, i.id AS thing, i.day AS at, jiefen_day(d.at) AS since, jiefen_ever() AS due,
       CASE WHEN found.case_id IS NOT NULL THEN jiefen_day(d.at) ELSE jiefen_never() END AS hit,
       coalesce(dropped.day, jiefen_never()) AS until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen_intakes i
JOIN triage_triagedecision d ON d.intake_id = i.id AND d.intake_id = ANY(%(intakes)s::bigint[]) AND d.action <> 'refuse'
LEFT JOIN (
  SELECT DISTINCT case_id FROM clocks WHERE clock = ANY(%(clocks)s)
) found ON found.case_id = d.case_id AND d.action = 'open'
LEFT JOIN (
  SELECT t.case_id, jiefen_day(min(t.at)) AS day FROM trail t WHERE t.name = ANY(%(steps)s) GROUP BY t.case_id
) dropped ON dropped.case_id = found.case_id
WHERE i.channel = 'grid'
