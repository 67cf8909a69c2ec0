-- 问题 2　本期立为事项的有多少？
-- 一行一件事项，按来件之日；合并进来的来件不另成一行。
SELECT c.id, c.id AS of, c.opened_at AS at, TRUE AS base, TRUE AS hit, FALSE AS waiting, NULL::int AS value
FROM seen c
WHERE c.opened_at >= %(since)s
