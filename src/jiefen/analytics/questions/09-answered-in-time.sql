-- 问题 9　答复期限在本期届满的事项，按期答复的占多少？
-- 一行一件事项，按第一个到期的办结时限（含批准的延长）；当事人自愿撤回的不算。今天到期的，今天过完才算，先记为未满期。
-- 几个人一件的，每个人的答复都要按时到：办结时限以送达为停的，作出了意见而没有按时送到的不算按期。
SELECT c.id AS of, c.id AS thing, jiefen_last(due.at) AS at, jiefen_last(due.at) AS since, jiefen_last(due.at) AS due,
       CASE WHEN a.at < due.at AND due.kept THEN greatest(a.day, jiefen_day(due.stopped)) ELSE jiefen_never() END AS hit,
       coalesce(gone.day, jiefen_never()) AS until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen c
JOIN (
  SELECT case_id, min(due_at) AS at, bool_and(coalesce(stopped_at < due_at, FALSE)) AS kept, max(stopped_at) AS stopped
  FROM clocks
  WHERE clock = ANY(%(clocks)s) AND run = 0 AND firm AND due_at IS NOT NULL GROUP BY case_id
) due ON due.case_id = c.id
LEFT JOIN answered a ON a.case_id = c.id
LEFT JOIN (
  SELECT t.case_id, jiefen_day(min(t.at)) AS day FROM trail t
  WHERE t.name = ANY(%(withdraw_names)s) AND t.under || t.name = ANY(%(withdraw)s) GROUP BY t.case_id
) gone ON gone.case_id = c.id
