-- 问题 4　来件之日起若干日内得到答复的占多少？
-- 一行一件事项。日数是自然日，来件当日不计，末日到24时为止；末日还没过完的记为未满期，不算答复了也不算没答复。
SELECT c.id AS of, c.id AS thing, c.day AS at, c.day AS since, c.day + %(window)s AS due,
       CASE WHEN a.day <= c.day + %(window)s THEN a.day ELSE jiefen_never() END AS hit, jiefen_never() AS until,
       jiefen_ever() AS before, TRUE AS base, a.day - c.day AS value
FROM seen c LEFT JOIN answered a ON a.case_id = c.id
