-- 问题 14　经核成立的网格信息里，有多少是在当事人提出之前就登记为隐患的？
-- 一行一件成立的网格来件；立为排查件（有“日排查日报告”时限的程序）的算提前预警。核定不属纠纷的不算。
SELECT i.id, i.id AS of, i.received_at AS at, TRUE AS base, found.case_id IS NOT NULL AS hit, FALSE AS waiting, NULL::int AS value
FROM seen_intakes i
JOIN intake_intake source ON source.id = i.id AND source.channel = 'grid'
JOIN triage_triagedecision d ON d.intake_id = i.id AND d.at < %(till)s AND d.action <> 'refuse'
LEFT JOIN (
  SELECT DISTINCT case_id FROM cases_deadline WHERE clock = ANY(%(clocks)s)
) found ON found.case_id = d.case_id AND d.action = 'open'
WHERE i.received_at >= %(since)s
  AND NOT EXISTS (SELECT 1 FROM trail t WHERE t.name = ANY(%(steps)s) AND t.case_id = found.case_id)
