-- 问题 3　本期受理的事项，到截至日已经办结的占多少？
-- 一行一件事项；办结是到了办理程序的终点，重启过的要重新到终点才算。
SELECT r.case_id AS of, r.case_id AS thing, r.opened AS at, r.began AS since, jiefen_ever() AS due, r.ended AS hit, r.again AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM rounds r
