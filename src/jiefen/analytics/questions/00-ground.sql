-- What every question stands on: the rows of some matters and intakes, in days.
-- cases, intakes  those asked about; near: these cases, and those that the intakes led to
-- What lies in the vault (stratum 2) is counted nowhere here, not even for its keeper or the machine: it has one number of
-- its own, and any figure that it moved would tell of it.
-- A step means answer, return, redo, reopen or withdraw, and a state the end, by what its procedure's version says: given as
-- names (answer_names) for the planner's sake, and as «procedure:version:name» (answer), which decides.
-- A step that was corrected counts with its corrected time; one taken back does not count.
-- jiefen_day(moment)   the local day of a moment, as a number
-- jiefen_last(moment)  the last day of a time limit whose first late moment this is
-- jiefen_never(), jiefen_ever()  a day that does not come; a day before all others
-- A question gives one row for each thing and for each stretch of days over which it counts alike:
--   of     the case, intake or area it is about            thing  its own number
--   at     the day by which it belongs to a period         since  the first day on which it counts so; until: the first on which it does no longer
--   due    the last day of its time limit; while that lasts it is waiting. jiefen_ever(): it has none; jiefen_never(): it waits
--   hit    the day from which it is in the numerator       base   whether it is in the denominator
--   before the thing counted once a matter: the day it would have counted by, had the period begun earlier
--   value  days, where days are asked
WITH near AS MATERIALIZED (
  SELECT c.id, c.procedure, c.procedure || ':' || c.version || ':' AS under, jiefen_day(c.opened_at) AS day, c.kind, c.flags, c.stratum,
         c.lead_unit_id, c.arose_from_id
  FROM cases_case c WHERE c.id = ANY(%(near)s::bigint[]) AND c.stratum <> 2
), seen AS MATERIALIZED (
  SELECT * FROM near WHERE id = ANY(%(cases)s::bigint[])
), seen_intakes AS MATERIALIZED (
  SELECT i.id, i.channel, jiefen_day(i.received_at) AS day
  FROM intake_intake i WHERE i.id = ANY(%(intakes)s::bigint[]) AND i.state <> 'void' AND i.stratum <> 2
), corrections AS MATERIALIZED (
  SELECT case_id, seq, (codes #>> '{corrected,step}')::int AS step, (codes #>> '{corrected,at}')::timestamptz AS at,
         coalesce((codes #>> '{corrected,void}')::boolean, FALSE) AS void
  FROM cases_step WHERE case_id = ANY(%(near)s::bigint[]) AND name = 'corrected' AND codes #>> '{corrected,step}' IS NOT NULL
), moved AS MATERIALIZED (
  SELECT DISTINCT ON (case_id, step) case_id, step, at FROM corrections WHERE at IS NOT NULL ORDER BY case_id, step, seq DESC
), trail AS MATERIALIZED (
  SELECT s.id, s.case_id, s.seq, s.name, s.assignment, s.to_state, s.codes, coalesce(m.at, s.at) AS at,
         c.under
  FROM cases_step s JOIN near c ON c.id = s.case_id
  LEFT JOIN moved m ON m.case_id = s.case_id AND m.step = s.seq
  WHERE s.case_id = ANY(%(near)s::bigint[])
    AND NOT EXISTS (SELECT 1 FROM corrections v WHERE v.void AND v.case_id = s.case_id AND v.step = s.seq)
), clocks AS MATERIALIZED (
  SELECT d.id, d.case_id, d.clock, d.key, d.run, d.firm, d.started_at, d.due_at, d.stopped_at
  FROM cases_deadline d WHERE d.case_id = ANY(%(near)s::bigint[])
), answers AS MATERIALIZED (
  SELECT t.case_id, t.seq, t.at FROM trail t WHERE t.name = ANY(%(answer_names)s) AND t.under || t.name = ANY(%(answer)s)
), answered AS MATERIALIZED (
  -- The first answer of each matter in the time that counts.
  SELECT a.case_id, min(a.at) AS at, min(a.seq) AS seq, jiefen_day(min(a.at)) AS day FROM answers a GROUP BY a.case_id
), turns AS MATERIALIZED (
  -- Every step with how often the matter had been reopened by then.
  SELECT t.case_id, t.seq, t.at, t.name, t.to_state, t.under,
         t.name = ANY(%(reopen_names)s) AND t.under || t.name = ANY(%(reopen)s) AS reopens,
         t.to_state = ANY(%(end_names)s) AND t.under || t.to_state = ANY(%(end)s)
           AND t.name NOT IN ('corrected', 'delivered', 'opened', 'left') AS ends,
         t.to_state = ANY(%(settled_names)s) AND t.under || t.to_state = ANY(%(settled)s) AS settles,
         t.name = ANY(%(agree_names)s) AND t.under || t.name = ANY(%(agree)s) AS agrees,
         count(*) FILTER (WHERE t.name = ANY(%(reopen_names)s) AND t.under || t.name = ANY(%(reopen)s))
           OVER (PARTITION BY t.case_id ORDER BY t.seq) AS round
  FROM trail t JOIN seen c ON c.id = t.case_id
), rounds AS MATERIALIZED (
  -- From opening or reopening until the next reopening: the day it began, the day it came to its end, the day it was reopened.
  SELECT r.case_id, r.round, c.day AS opened, CASE WHEN r.round = 0 THEN c.day ELSE r.began END AS began,
         coalesce(r.ended, jiefen_never()) AS ended, coalesce(r.settled, FALSE) AS settled, r.ended_as, r.agreed,
         coalesce(lead(r.began) OVER (PARTITION BY r.case_id ORDER BY r.round), jiefen_never()) AS again
  FROM (
    SELECT t.case_id, t.round, jiefen_day(min(t.at) FILTER (WHERE t.reopens)) AS began,
           jiefen_day((array_agg(t.at ORDER BY t.seq) FILTER (WHERE t.ends))[1]) AS ended,
           (array_agg(t.settles ORDER BY t.seq) FILTER (WHERE t.ends))[1] AS settled,
           (array_agg(t.to_state ORDER BY t.seq) FILTER (WHERE t.ends))[1] AS ended_as,
           coalesce(bool_or(t.agrees), FALSE) AS agreed
    FROM turns t GROUP BY t.case_id, t.round
  ) r JOIN seen c ON c.id = r.case_id
)
