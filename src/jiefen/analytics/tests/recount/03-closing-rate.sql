-- 问题 3　本期受理的事项，到截至日已经办结的占多少？
-- 一行一件事项；办结是到了办理程序的终点，重启过的要重新到终点才算。
SELECT c.id, c.id AS of, c.opened_at AS at, TRUE AS base, e.case_id IS NOT NULL AS hit, FALSE AS waiting, NULL::int AS value
FROM seen c LEFT JOIN ended e ON e.case_id = c.id
WHERE c.opened_at >= %(since)s
