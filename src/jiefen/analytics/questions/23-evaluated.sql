-- 问题 23　应评的，评了的占多少？
-- 一行一件本期办结、有答复、首次登记的；法律不列入评价的不算。办结前后说的都算评了，没有表示满意不满意的不算。
SELECT r.case_id AS of, r.case_id AS thing, r.ended AS at, r.ended AS since, jiefen_ever() AS due, coalesce(f.day, jiefen_never()) AS hit,
       r.again AS until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM rounds r
JOIN seen c ON c.id = r.case_id
JOIN answered a ON a.case_id = r.case_id AND a.day <= r.ended
LEFT JOIN people_unit u ON u.id = c.lead_unit_id
LEFT JOIN (
  SELECT f.case_id, jiefen_day(min(f.at)) AS day FROM oversight_followup f JOIN seen c ON c.id = f.case_id
  WHERE f.case_id = ANY(%(cases)s::bigint[]) AND f.outcome = 'reached' AND f.satisfied IS NOT NULL AND f.after_seq > 0 GROUP BY f.case_id
) f ON f.case_id = r.case_id
WHERE r.ended < jiefen_never() AND c.arose_from_id IS NULL
  AND r.case_id IN (SELECT case_id FROM clocks WHERE clock = ANY(%(clocks)s))
  AND c.procedure <> ALL(%(left_procedure)s) AND NOT c.kind LIKE ANY(%(left_kind)s) AND NOT c.flags && %(left_flag)s::varchar[]
  AND coalesce(u.unit_type, '') <> ALL(%(left_lead)s) AND c.stratum::text <> ALL(%(left_stratum)s)
