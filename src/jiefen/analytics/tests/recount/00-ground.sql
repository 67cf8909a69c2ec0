-- What every question stands on: the matters this asker may see, and what had happened by the end of the as-of day.
-- keys  the asker's doors; NULL only for the machine itself
-- What lies in the vault (stratum 2) is counted nowhere here, not even for its keeper or the machine: it has one number of
-- its own, and any figure that it moved would tell of it.
-- path  the area asked for, with all below it; NULL for everywhere
-- till  the first moment that no longer counts; since, the first that does (-infinity: from the beginning)
-- A step means answer, return, redo, reopen or withdraw, and a state the end, by what its procedure's version says: given as
-- names (answer_names) for the planner's sake, and as «procedure:version:name» (answer), which decides.
-- Answers and ends are worked out once for all questions of a statement that speak of them.
-- A step that was corrected counts with its corrected time; one taken back does not count.
WITH seen AS NOT MATERIALIZED (
  SELECT c.id, c.number, c.procedure, c.version, c.opened_at
  FROM cases_case c JOIN places_area a ON a.id = c.area_id
  WHERE (%(keys)s::bigint[] IS NULL OR c.doors && %(keys)s::bigint[])
    AND (%(path)s::text IS NULL OR a.path <@ %(path)s::text::ltree)
    AND c.opened_at < %(till)s AND c.stratum <> 2
), seen_intakes AS NOT MATERIALIZED (
  SELECT i.id, i.received_at
  FROM intake_intake i JOIN places_area a ON a.id = i.area_id
  WHERE (%(keys)s::bigint[] IS NULL OR i.doors && %(keys)s::bigint[])
    AND (%(path)s::text IS NULL OR a.path <@ %(path)s::text::ltree)
    AND i.received_at < %(till)s AND i.state <> 'void' AND i.stratum <> 2
), corrections AS MATERIALIZED (
  SELECT case_id, seq, (codes #>> '{corrected,step}')::int AS step, (codes #>> '{corrected,at}')::timestamptz AS at,
         coalesce((codes #>> '{corrected,void}')::boolean, FALSE) AS void
  FROM cases_step WHERE name = 'corrected' AND codes #>> '{corrected,step}' IS NOT NULL
), moved AS MATERIALIZED (
  SELECT DISTINCT ON (case_id, step) case_id, step, at FROM corrections WHERE at IS NOT NULL ORDER BY case_id, step, seq DESC
), trail AS NOT MATERIALIZED (
  SELECT s.id, s.case_id, s.seq, s.name, s.assignment, s.to_state, s.codes, coalesce(m.at, s.at) AS at,
         c.procedure || ':' || c.version || ':' AS under
  FROM cases_step s JOIN seen c ON c.id = s.case_id
  LEFT JOIN moved m ON m.case_id = s.case_id AND m.step = s.seq
  WHERE coalesce(m.at, s.at) < %(till)s
    AND NOT EXISTS (SELECT 1 FROM corrections v WHERE v.void AND v.case_id = s.case_id AND v.step = s.seq)
), answered AS (
  -- The first answer of each matter in the time that counts.
  SELECT t.case_id, min(t.at) AS at, min(t.seq) AS seq
  FROM trail t WHERE t.name = ANY(%(answer_names)s) AND t.under || t.name = ANY(%(answer)s)
  GROUP BY t.case_id
), ended AS (
  -- When a matter that had ended by then came to its end, reopenings left behind.
  SELECT DISTINCT ON (t.case_id) t.case_id, t.at
  FROM trail t
  LEFT JOIN (
    SELECT t.case_id, max(t.seq) AS seq
    FROM trail t WHERE t.name = ANY(%(reopen_names)s) AND t.under || t.name = ANY(%(reopen)s)
    GROUP BY t.case_id
  ) again ON again.case_id = t.case_id
  WHERE t.to_state = ANY(%(end_names)s) AND t.under || t.to_state = ANY(%(end)s)
    AND t.name NOT IN ('corrected', 'delivered', 'opened', 'left') AND t.seq > coalesce(again.seq, 0)
  ORDER BY t.case_id, t.seq
)
