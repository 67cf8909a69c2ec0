-- 问题 5　本期派出的工单，按时联系了来电人的占多少？
-- 一行一件事项，按第一次派出；来件人全是匿名的不算。联系期限没到的记为未满期。
SELECT c.id, c.id AS of, sent.at, TRUE AS base,
       coalesce(k.at < due.at, FALSE) AS hit, due.at > %(till)s AS waiting, NULL::int AS value
FROM seen c
JOIN (SELECT case_id, min(at) AS at FROM trail WHERE codes ? 'assign' GROUP BY case_id) sent ON sent.case_id = c.id
JOIN (
  SELECT case_id, min(due_at) AS at FROM cases_deadline
  WHERE clock = ANY(%(clocks)s) AND run = 0 AND due_at IS NOT NULL GROUP BY case_id
) due ON due.case_id = c.id
LEFT JOIN (SELECT case_id, min(at) AS at FROM trail WHERE name = ANY(%(steps)s) GROUP BY case_id) k ON k.case_id = c.id
WHERE sent.at >= %(since)s
  AND EXISTS (SELECT 1 FROM cases_party p WHERE p.case_id = c.id AND p.role = 'complainant' AND p.identity <> 'anonymous')
