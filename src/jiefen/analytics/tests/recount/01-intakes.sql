-- 问题 1　本期收到多少来件？
-- 一行一件来件；撤销了导入的不算。
SELECT i.id, i.id AS of, i.received_at AS at, TRUE AS base, TRUE AS hit, FALSE AS waiting, NULL::int AS value
FROM seen_intakes i
WHERE i.received_at >= %(since)s
