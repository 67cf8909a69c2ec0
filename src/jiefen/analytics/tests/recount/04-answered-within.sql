-- 问题 4　来件之日起若干日内得到答复的占多少？
-- 一行一件事项。日数是自然日，来件当日不计，末日到24时为止；末日还没过完的记为未满期，不算答复了也不算没答复。
SELECT c.id, c.id AS of, c.opened_at AS at, TRUE AS base,
       coalesce(a.at < last.moment, FALSE) AS hit, last.moment > %(till)s AS waiting,
       (a.at AT TIME ZONE %(zone)s)::date - (c.opened_at AT TIME ZONE %(zone)s)::date AS value
FROM seen c
CROSS JOIN LATERAL (
  SELECT ((c.opened_at AT TIME ZONE %(zone)s)::date + (%(window)s + 1))::timestamp AT TIME ZONE %(zone)s AS moment
) last
LEFT JOIN answered a ON a.case_id = c.id
WHERE c.opened_at >= %(since)s
