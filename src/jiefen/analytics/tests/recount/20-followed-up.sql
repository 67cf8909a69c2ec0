-- 问题 20　回访期限在本期届满的，由没有经手的人问到了本人的占多少？
-- 一行一次回访期限（答复一次、问一次）。问到：答复之后联系上本人，或本人凭码说了。按规定试满仍联系不上的算没问到。期限没到的记为未满期。
SELECT d.id, d.case_id AS of, d.started_at AS at, TRUE AS base,
       coalesce(f.at < %(till)s, FALSE) AS hit, d.due_at > %(till)s AS waiting, NULL::int AS value
FROM cases_deadline d
JOIN seen c ON c.id = d.case_id
LEFT JOIN (
  SELECT k.id, min(f.at) AS at FROM cases_deadline k
  JOIN oversight_followup f ON f.case_id = k.case_id AND f.at >= k.started_at AND f.outcome = 'reached'
  WHERE k.clock = ANY(%(clocks)s)
    -- What was heard after the next answer speaks of that one.
    AND NOT EXISTS (SELECT 1 FROM cases_deadline n WHERE n.case_id = k.case_id AND n.clock = k.clock
                    AND n.started_at > k.started_at AND n.started_at <= f.at)
  GROUP BY k.id
) f ON f.id = d.id
WHERE d.clock = ANY(%(clocks)s) AND d.due_at IS NOT NULL AND d.started_at < %(till)s AND d.started_at >= %(since)s
