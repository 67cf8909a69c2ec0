-- 问题 8　本期派出的任务，按时签收的占多少？
-- 一行一项任务（主办、协办各一行），按各自第一个签收期限；期限没到的记为未满期。
SELECT a.id, a.case_id AS of, a.dispatched_at AS at, TRUE AS base,
       coalesce(a.signed_at < due.at AND a.signed_at < %(till)s, FALSE) AS hit, due.at > %(till)s AS waiting, NULL::int AS value
FROM cases_assignment a
JOIN seen c ON c.id = a.case_id
JOIN (
  SELECT DISTINCT ON (case_id, key) case_id, key, due_at AS at FROM cases_deadline
  WHERE clock = ANY(%(clocks)s) AND due_at IS NOT NULL ORDER BY case_id, key, run
) due ON due.case_id = a.case_id AND due.key = a.key
WHERE a.dispatched_at >= %(since)s AND a.dispatched_at < %(till)s
