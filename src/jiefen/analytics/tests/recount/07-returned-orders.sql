-- 问题 7　本期派出的任务里，被退回的有多少？
-- 两种行：派出一项任务（主办、协办各一行）计入分母；退单或对协办任务提出异议一次（一行）计入分子。
-- 号码由步骤的号码乘一千再加第几项，使每一行各有一个号。
SELECT t.id * 1000 + given.n AS id, t.case_id AS of, t.at, TRUE AS base, FALSE AS hit, FALSE AS waiting, NULL::int AS value
FROM trail t CROSS JOIN LATERAL jsonb_array_elements(t.codes -> 'assign') WITH ORDINALITY AS given(what, n)
WHERE t.codes ? 'assign' AND t.at >= %(since)s
UNION ALL
SELECT t.id * 1000, t.case_id, t.at, FALSE, TRUE, FALSE, NULL::int
FROM trail t
WHERE t.name = ANY(%(return_names)s) AND t.under || t.name = ANY(%(return)s)
  AND t.at >= %(since)s
