-- 问题 13　网格员上报的信息里，有多少经核成立？
-- 一行一件网格来件，分诊后立为事项、并入或转出的算成立；不予受理的、核定不属纠纷的另列，不算。还没分诊的记为未满期。
SELECT i.id AS of, i.id AS thing, i.day AS at, part.since, part.due, part.hit, part.until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM seen_intakes i
LEFT JOIN triage_triagedecision d ON d.intake_id = i.id AND d.intake_id = ANY(%(intakes)s::bigint[])
LEFT JOIN (
  SELECT t.case_id, jiefen_day(min(t.at)) AS day FROM trail t WHERE t.name = ANY(%(steps)s) GROUP BY t.case_id
) dropped ON dropped.case_id = d.case_id AND d.action = 'open'
CROSS JOIN LATERAL (
  SELECT coalesce(jiefen_day(d.at), jiefen_never()) AS decided, coalesce(dropped.day, jiefen_never()) AS dropped
) days
CROSS JOIN LATERAL (VALUES
  (i.day, jiefen_never(), jiefen_never(), days.decided),
  (days.decided, jiefen_ever(), CASE WHEN d.action <> 'refuse' THEN days.decided ELSE jiefen_never() END, days.dropped),
  (greatest(days.decided, days.dropped), jiefen_ever(), jiefen_never(), jiefen_never())
) part (since, due, hit, until)
WHERE i.channel = 'grid'
