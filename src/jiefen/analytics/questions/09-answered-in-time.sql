-- 问题 9　答复期限在本期届满的事项，按期答复的占多少？
-- 一行一件事项，按第一个到期的办结时限（含批准的延长）；当事人自愿撤回的不算。
SELECT c.id, c.id AS of, due.at, TRUE AS base, coalesce(a.at < due.at, FALSE) AS hit, FALSE AS waiting, NULL::int AS value
FROM seen c
JOIN (
  SELECT case_id, min(due_at) AS at FROM cases_deadline
  WHERE clock = ANY(%(clocks)s) AND run = 0 AND firm AND due_at IS NOT NULL GROUP BY case_id
) due ON due.case_id = c.id
LEFT JOIN answered a ON a.case_id = c.id
WHERE due.at > %(since)s AND due.at <= %(till)s
  AND NOT EXISTS (
    SELECT 1 FROM trail t
    WHERE t.name = ANY(%(withdraw_names)s) AND t.under || t.name = ANY(%(withdraw)s) AND t.case_id = c.id
  )
