-- 问题 13　网格员上报的信息里，有多少经核成立？
-- 一行一件网格来件，分诊后立为事项、并入或转出的算成立；不予受理的、核定不属纠纷的另列，不算。还没分诊的记为未满期。
SELECT i.id, i.id AS of, i.received_at AS at, TRUE AS base,
       coalesce(d.action <> 'refuse' AND dropped.case_id IS NULL, FALSE) AS hit, d.id IS NULL AS waiting, NULL::int AS value
FROM seen_intakes i
JOIN intake_intake source ON source.id = i.id AND source.channel = 'grid'
LEFT JOIN triage_triagedecision d ON d.intake_id = i.id AND d.at < %(till)s
LEFT JOIN (
  SELECT DISTINCT t.case_id FROM trail t WHERE t.name = ANY(%(steps)s)
) dropped ON dropped.case_id = d.case_id AND d.action = 'open'
WHERE i.received_at >= %(since)s
