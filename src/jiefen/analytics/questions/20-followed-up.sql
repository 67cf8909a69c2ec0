-- 问题 20　回访期限在本期届满的，由没有经手的人问到了本人的占多少？
-- 一行一次回访期限（答复一次、问一次）。问到：答复之后联系上本人，或本人凭码说了。按规定试满仍联系不上的算没问到。期限没到的记为未满期。
SELECT d.case_id AS of, d.id AS thing, jiefen_day(d.started_at) AS at, jiefen_day(d.started_at) AS since, jiefen_last(d.due_at) AS due,
       coalesce(jiefen_day(min(f.at)), jiefen_never()) AS hit,
       jiefen_never() AS until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM (
  SELECT d.id, d.case_id, d.started_at, d.due_at, min(d.started_at) OVER (
    PARTITION BY d.case_id, d.clock ORDER BY d.started_at GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
  ) AS next
  FROM clocks d JOIN seen c ON c.id = d.case_id WHERE d.clock = ANY(%(clocks)s)
) d
-- What was heard after the next answer speaks of that one.
LEFT JOIN oversight_followup f ON f.case_id = d.case_id AND f.case_id = ANY(%(cases)s::bigint[]) AND f.outcome = 'reached'
  AND f.at >= d.started_at AND (d.next IS NULL OR f.at < d.next)
WHERE d.due_at IS NOT NULL
GROUP BY d.id, d.case_id, d.started_at, d.due_at
