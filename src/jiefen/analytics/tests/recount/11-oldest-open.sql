-- 问题 11　在办的事项等了几日，最久的几日？
-- 一行一件截至日还没有办结的事项，不论何时来件；日数从来件之日到截至日。
SELECT c.id, c.id AS of, c.opened_at AS at, TRUE AS base, TRUE AS hit, FALSE AS waiting,
       %(day)s::date - (c.opened_at AT TIME ZONE %(zone)s)::date AS value
FROM seen c LEFT JOIN ended e ON e.case_id = c.id
WHERE e.case_id IS NULL
