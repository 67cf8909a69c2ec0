-- 问题 8　本期派出的任务，按时签收的占多少？
-- 一行一项任务（主办、协办各一行），按各自第一个签收期限；期限没到的记为未满期。
SELECT a.case_id AS of, a.id AS thing, jiefen_day(a.dispatched_at) AS at, jiefen_day(a.dispatched_at) AS since, jiefen_last(due.at) AS due,
       CASE WHEN a.signed_at < due.at THEN jiefen_day(a.signed_at) ELSE jiefen_never() END AS hit, jiefen_never() AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM cases_assignment a
JOIN seen c ON c.id = a.case_id
JOIN (
  SELECT DISTINCT ON (case_id, key) case_id, key, due_at AS at FROM clocks
  WHERE clock = ANY(%(clocks)s) AND due_at IS NOT NULL ORDER BY case_id, key, run
) due ON due.case_id = a.case_id AND due.key = a.key
WHERE a.case_id = ANY(%(cases)s::bigint[])
