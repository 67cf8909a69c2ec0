-- 问题 6　本期答复的事项，被发回重办的占多少？
-- 一行一件本期有答复的事项；答复之后、截至日之前有发回重办步骤的算发回。
SELECT t.case_id AS id, t.case_id AS of, min(t.at) AS at, TRUE AS base,
       bool_or(coalesce(back.seq > t.seq, FALSE)) AS hit, FALSE AS waiting, NULL::int AS value
FROM trail t
LEFT JOIN (
  SELECT t.case_id, max(t.seq) AS seq
  FROM trail t
  WHERE t.name = ANY(%(redo_names)s) AND t.under || t.name = ANY(%(redo)s)
  GROUP BY t.case_id
) back ON back.case_id = t.case_id
WHERE t.name = ANY(%(answer_names)s) AND t.under || t.name = ANY(%(answer)s)
  AND t.at >= %(since)s
GROUP BY t.case_id
