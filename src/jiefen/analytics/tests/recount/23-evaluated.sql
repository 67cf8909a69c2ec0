-- 问题 23　应评的，评了的占多少？
-- 一行一件本期办结、有答复、首次登记的；法律不列入评价的不算。办结前后说的都算评了，没有表示满意不满意的不算。
SELECT c.id, c.id AS of, e.at, TRUE AS base, coalesce(f.at < %(till)s, FALSE) AS hit, FALSE AS waiting, NULL::int AS value
FROM seen c
JOIN ended e ON e.case_id = c.id
JOIN answered a ON a.case_id = c.id
JOIN cases_case k ON k.id = c.id
LEFT JOIN people_unit u ON u.id = k.lead_unit_id
LEFT JOIN (
  SELECT case_id, min(at) AS at FROM oversight_followup
  WHERE outcome = 'reached' AND satisfied IS NOT NULL AND after_seq > 0 GROUP BY case_id
) f ON f.case_id = c.id
WHERE e.at >= %(since)s AND k.arose_from_id IS NULL
  AND c.id IN (SELECT case_id FROM cases_deadline WHERE clock = ANY(%(clocks)s))
  AND c.procedure <> ALL(%(left_procedure)s) AND NOT k.kind LIKE ANY(%(left_kind)s) AND NOT k.flags && %(left_flag)s::varchar[]
  AND coalesce(u.unit_type, '') <> ALL(%(left_lead)s) AND k.stratum::text <> ALL(%(left_stratum)s)
