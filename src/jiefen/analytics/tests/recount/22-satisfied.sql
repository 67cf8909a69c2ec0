-- 问题 22　问到的，满意的占多少？
-- 一行一件；各人按其最近一次说的，几位反映人都满意才算满意。没有表示的不算满意。法律不列入评价的、联系不上的不算。
SELECT h.case_id AS id, h.case_id AS of, max(h.at) AS at, TRUE AS base, bool_and(coalesce(h.satisfied, FALSE)) AS hit,
       FALSE AS waiting, NULL::int AS value
FROM (
  SELECT DISTINCT ON (f.case_id, f.party) f.case_id, f.at, f.satisfied, f.left_out
  FROM oversight_followup f JOIN seen c ON c.id = f.case_id
  WHERE f.outcome = 'reached' AND f.after_seq > 0 AND f.at < %(till)s
  ORDER BY f.case_id, f.party, f.at DESC, f.id DESC
) h
WHERE h.left_out = '' AND h.at >= %(since)s
  AND h.case_id IN (SELECT case_id FROM cases_deadline WHERE clock = ANY(%(clocks)s))
GROUP BY h.case_id
