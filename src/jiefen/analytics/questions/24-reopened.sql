-- 问题 24　办结的，在期限内又重新办理的占多少？
-- 一行一次办结，从办结那一步起算，之后的更正、送达、并件不重新起算。期限按自然日，办结当日不计；没满的记为未满期。
SELECT e.case_id AS of, e.id AS thing, e.day AS at, e.day AS since, e.day + %(window)s AS due,
       CASE WHEN e.again <= e.day + %(window)s THEN e.again ELSE jiefen_never() END AS hit, jiefen_never() AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM (
  SELECT e.case_id, e.id, jiefen_day(e.at) AS day, jiefen_day(e.again) AS again
  FROM (
    SELECT t.id, t.case_id, t.seq, t.at, t.to_state, t.under,
           lag(t.to_state) OVER (PARTITION BY t.case_id ORDER BY t.seq) AS was,
           min(t.at) FILTER (WHERE t.name = ANY(%(reopen_names)s) AND t.under || t.name = ANY(%(reopen)s)) OVER (
             PARTITION BY t.case_id ORDER BY t.seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
           ) AS again
    FROM trail t JOIN seen c ON c.id = t.case_id WHERE t.assignment = ''
  ) e
  JOIN answered a ON a.case_id = e.case_id AND a.seq <= e.seq
  WHERE e.to_state = ANY(%(end_names)s) AND e.under || e.to_state = ANY(%(end)s) AND e.was IS DISTINCT FROM e.to_state
) e
