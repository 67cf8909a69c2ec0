-- 问题 2　本期立为事项的有多少？
-- 一行一件事项，按来件之日；合并进来的来件不另成一行。
SELECT c.id AS of, c.id AS thing, c.day AS at, c.day AS since, jiefen_ever() AS due, c.day AS hit, jiefen_never() AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen c
