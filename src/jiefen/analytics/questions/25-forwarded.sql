-- 问题 25　信访部门该在十五日内转出去的，按时转送、交办、报请、告知或不予受理的占多少？
-- 一行一件信访部门登记的事项，按转送期限的末日；期限里自愿撤回的不算。今天到期的，今天过完才算，先记为未满期。
SELECT c.id AS of, c.id AS thing, jiefen_last(due.at) AS at, jiefen_last(due.at) AS since, jiefen_last(due.at) AS due,
       CASE WHEN sent.at < due.at THEN jiefen_day(sent.at) ELSE jiefen_never() END AS hit,
       CASE WHEN sent.at < gone.at THEN jiefen_never() ELSE coalesce(jiefen_day(gone.at), jiefen_never()) END AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen c
JOIN (
  SELECT case_id, min(due_at) AS at FROM clocks WHERE clock = ANY(%(clocks)s) AND run = 0 AND due_at IS NOT NULL GROUP BY case_id
) due ON due.case_id = c.id
LEFT JOIN (SELECT case_id, min(at) AS at FROM trail WHERE name = ANY(%(steps)s) GROUP BY case_id) sent ON sent.case_id = c.id
LEFT JOIN (
  SELECT t.case_id, min(t.at) AS at FROM trail t
  WHERE t.name = ANY(%(withdraw_names)s) AND t.under || t.name = ANY(%(withdraw)s) GROUP BY t.case_id
) gone ON gone.case_id = c.id
