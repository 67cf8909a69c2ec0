-- 问题 15　提前预警的排查件，有多少已经化解销号？
-- 一行一件排查件（有“日排查日报告”时限的程序），从网格来件立的；化解是截至日停在有答复的终点，又复发重启的不算。核定不属纠纷的不算。
SELECT c.id, c.id AS of, c.opened_at AS at, TRUE AS base, done.case_id IS NOT NULL AS hit, FALSE AS waiting, NULL::int AS value
FROM seen c
JOIN (
  SELECT DISTINCT case_id FROM cases_deadline WHERE clock = ANY(%(clocks)s)
) found ON found.case_id = c.id
LEFT JOIN (
  SELECT DISTINCT t.case_id
  FROM trail t JOIN ended e ON e.case_id = t.case_id AND e.at = t.at
  WHERE t.to_state = ANY(%(settled_names)s) AND t.under || t.to_state = ANY(%(settled)s)
) done ON done.case_id = c.id
WHERE c.opened_at >= %(since)s
  AND NOT EXISTS (SELECT 1 FROM trail t WHERE t.name = ANY(%(steps)s) AND t.case_id = c.id)
