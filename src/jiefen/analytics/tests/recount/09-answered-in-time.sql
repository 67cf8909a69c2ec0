-- 问题 9　答复期限在本期届满的事项，按期答复的占多少？
-- 一行一件事项，按第一个到期的办结时限（含批准的延长）；当事人自愿撤回的不算。
-- 几个人一件的，每个人的答复都要按时到：办结时限以送达为停的，作出了意见而没有按时送到的不算按期。
SELECT c.id, c.id AS of, due.at, TRUE AS base, coalesce(a.at < due.at AND due.kept, FALSE) AS hit, FALSE AS waiting, NULL::int AS value
FROM seen c
JOIN (
  SELECT case_id, min(due_at) AS at, bool_and(coalesce(stopped_at < least(due_at, %(till)s), FALSE)) AS kept
  FROM cases_deadline
  WHERE clock = ANY(%(clocks)s) AND run = 0 AND firm AND due_at IS NOT NULL GROUP BY case_id
) due ON due.case_id = c.id
LEFT JOIN answered a ON a.case_id = c.id
WHERE due.at > %(since)s AND due.at <= %(till)s
  AND NOT EXISTS (
    SELECT 1 FROM trail t
    WHERE t.name = ANY(%(withdraw_names)s) AND t.under || t.name = ANY(%(withdraw)s) AND t.case_id = c.id
  )
