-- 问题 1　本期收到多少来件？
-- 一行一件来件；撤销了导入的不算。
SELECT i.id AS of, i.id AS thing, i.day AS at, i.day AS since, jiefen_ever() AS due, i.day AS hit, jiefen_never() AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen_intakes i
