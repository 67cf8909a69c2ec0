-- 问题 6　本期答复的事项，被发回重办的占多少？
-- 一行一件本期有答复的事项；答复之后、截至日之前有发回重办步骤的算发回。
SELECT t.case_id AS id, t.case_id AS of, min(t.at) AS at, TRUE AS base,
       bool_or(coalesce(back.seq > t.seq, FALSE)) AS hit, FALSE AS waiting, NULL::int AS value
FROM trail t
JOIN meaning m ON m.means = 'answer' AND (m.procedure, m.version, m.word) = (t.procedure, t.version, t.name)
LEFT JOIN (
  SELECT t.case_id, max(t.seq) AS seq
  FROM trail t JOIN meaning m ON m.means = 'redo' AND (m.procedure, m.version, m.word) = (t.procedure, t.version, t.name)
  GROUP BY t.case_id
) back ON back.case_id = t.case_id
WHERE t.at >= %(since)s
GROUP BY t.case_id
