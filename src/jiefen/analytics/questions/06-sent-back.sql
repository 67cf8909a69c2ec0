-- 问题 6　本期答复的事项，被发回重办的占多少？
-- 一行一件本期有答复的事项，按本期第一次答复；答复之后、截至日之前有发回重办步骤的算发回。
SELECT a.case_id AS of, a.case_id AS thing, a.day AS at, a.day AS since, jiefen_ever() AS due,
       coalesce(jiefen_day(min(back.at)), jiefen_never()) AS hit,
       jiefen_never() AS until, a.before, TRUE AS base, NULL::int AS value
FROM (
  SELECT a.case_id, a.seq, jiefen_day(a.at) AS day,
         coalesce(jiefen_day(lag(a.at) OVER (PARTITION BY a.case_id ORDER BY a.seq)), jiefen_ever()) AS before
  FROM answers a JOIN seen c ON c.id = a.case_id
) a
LEFT JOIN (
  SELECT t.case_id, t.seq, t.at FROM trail t WHERE t.name = ANY(%(redo_names)s) AND t.under || t.name = ANY(%(redo)s)
) back ON back.case_id = a.case_id AND back.seq > a.seq
WHERE a.day > a.before
GROUP BY a.case_id, a.day, a.before
