-- 问题 7　本期派出的任务里，被退回的有多少？
-- 两种行：派出一项任务（主办、协办各一行）计入分母；退单或对协办任务提出异议一次（一行）计入分子。
-- 号码由步骤的号码乘一千再加第几项，使每一行各有一个号。
SELECT t.case_id AS of, t.id * 1000 + given.n AS thing, jiefen_day(t.at) AS at, jiefen_day(t.at) AS since, jiefen_ever() AS due,
       jiefen_never() AS hit, jiefen_never() AS until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM trail t JOIN seen c ON c.id = t.case_id
CROSS JOIN LATERAL jsonb_array_elements(t.codes -> 'assign') WITH ORDINALITY AS given(what, n)
WHERE t.codes ? 'assign'
UNION ALL
SELECT t.case_id, t.id * 1000, jiefen_day(t.at), jiefen_day(t.at), jiefen_ever(), jiefen_day(t.at), jiefen_never(), jiefen_ever(), FALSE, NULL::int
FROM trail t JOIN seen c ON c.id = t.case_id
WHERE t.name = ANY(%(return_names)s) AND t.under || t.name = ANY(%(return)s)
