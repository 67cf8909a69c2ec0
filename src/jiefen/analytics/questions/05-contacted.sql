-- 问题 5　本期派出的工单，按时联系了来电人的占多少？
-- 一行一件事项，按第一次派出；来件人全是匿名的不算。联系期限没到的记为未满期。
SELECT c.id AS of, c.id AS thing, sent.day AS at, sent.day AS since, jiefen_last(due.at) AS due,
       CASE WHEN k.at < due.at THEN jiefen_day(k.at) ELSE jiefen_never() END AS hit, jiefen_never() AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen c
JOIN (SELECT case_id, jiefen_day(min(at)) AS day FROM trail WHERE codes ? 'assign' GROUP BY case_id) sent ON sent.case_id = c.id
JOIN (
  SELECT case_id, min(due_at) AS at FROM clocks
  WHERE clock = ANY(%(clocks)s) AND run = 0 AND due_at IS NOT NULL GROUP BY case_id
) due ON due.case_id = c.id
LEFT JOIN (SELECT case_id, min(at) AS at FROM trail WHERE name = ANY(%(steps)s) GROUP BY case_id) k ON k.case_id = c.id
WHERE c.id IN (
  SELECT p.case_id FROM cases_party p WHERE p.case_id = ANY(%(cases)s::bigint[]) AND p.role = 'complainant' AND p.identity <> 'anonymous'
)
