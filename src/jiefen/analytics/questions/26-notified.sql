-- 问题 26　该在十五日内书面告知的反映人，按时告知受理、不予受理或法定途径的占多少？
-- 一行一位反映人的一次告知期限（几个人一件的各人各计；退回后交给别的单位的，从那里另计一次），按期限的末日。
-- 匿名的不算；期限里退回的、转出的、撤回的，这个单位不再有告知的义务，不算。今天到期的，今天过完才算，先记为未满期。
SELECT d.case_id AS of, d.id AS thing, jiefen_last(d.due_at) AS at, jiefen_last(d.due_at) AS since, jiefen_last(d.due_at) AS due,
       CASE WHEN told.at < d.due_at THEN jiefen_day(told.at) ELSE jiefen_never() END AS hit,
       CASE WHEN told.at IS NULL AND d.stopped_at < d.due_at THEN jiefen_ever() ELSE jiefen_never() END AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM clocks d
JOIN seen c ON c.id = d.case_id
JOIN cases_party p ON p.case_id = d.case_id AND p.case_id = ANY(%(cases)s::bigint[]) AND p.key = d.key AND p.role = 'complainant' AND p.identity <> 'anonymous'
LEFT JOIN (
  SELECT DISTINCT t.case_id, t.at FROM trail t WHERE t.name = ANY(%(steps)s)
) told ON told.case_id = d.case_id AND told.at = d.stopped_at
WHERE d.clock = ANY(%(clocks)s) AND d.due_at IS NOT NULL
