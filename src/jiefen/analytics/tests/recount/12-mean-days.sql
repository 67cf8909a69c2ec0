-- 问题 12　本期办结的事项，平均用了几日？
-- 一行一件本期办结的事项；日数从来件之日到办结之日，停钟的日子不扣。
SELECT c.id, c.id AS of, e.at, TRUE AS base, TRUE AS hit, FALSE AS waiting,
       (e.at AT TIME ZONE %(zone)s)::date - (c.opened_at AT TIME ZONE %(zone)s)::date AS value
FROM seen c JOIN ended e ON e.case_id = c.id
WHERE e.at >= %(since)s
