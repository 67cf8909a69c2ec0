-- 问题 24　办结的，在期限内又重新办理的占多少？
-- 一行一次办结，从办结那一步起算，之后的更正、送达、并件不重新起算。期限按自然日，办结当日不计；没满的记为未满期。
SELECT e.id, e.case_id AS of, e.at, TRUE AS base,
       coalesce(min(r.at) < last.moment, FALSE) AS hit, last.moment > %(till)s AS waiting, NULL::int AS value
FROM (
  SELECT t.id, t.case_id, t.seq, t.at, t.to_state, t.under,
         lag(t.to_state) OVER (PARTITION BY t.case_id ORDER BY t.seq) AS was
  FROM trail t WHERE t.at >= %(since)s AND t.assignment = ''
) e
JOIN answered a ON a.case_id = e.case_id AND a.seq <= e.seq
CROSS JOIN LATERAL (
  SELECT ((e.at AT TIME ZONE %(zone)s)::date + (%(window)s + 1))::timestamp AT TIME ZONE %(zone)s AS moment
) last
LEFT JOIN (
  SELECT t.case_id, t.seq, t.at FROM trail t WHERE t.name = ANY(%(reopen_names)s) AND t.under || t.name = ANY(%(reopen)s)
) r ON r.case_id = e.case_id AND r.seq > e.seq
WHERE e.to_state = ANY(%(end_names)s) AND e.under || e.to_state = ANY(%(end)s) AND e.was IS DISTINCT FROM e.to_state
GROUP BY e.id, e.case_id, e.at, last.moment
