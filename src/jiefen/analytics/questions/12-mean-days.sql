-- 问题 12　本期办结的事项，平均用了几日？
-- 一行一件本期办结的事项；日数从来件之日到办结之日，停钟的日子不扣。
SELECT r.case_id AS of, r.case_id AS thing, r.ended AS at, r.ended AS since, jiefen_ever() AS due, r.ended AS hit, r.again AS until,
       jiefen_ever() AS before, TRUE AS base, r.ended - r.opened AS value
FROM rounds r WHERE r.ended < jiefen_never()
