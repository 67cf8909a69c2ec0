-- Under row-level security no operator of an index is trusted, so the index of alike matters is asked beneath it, by our own
-- process alone, and what comes back has gone through the reader's doors here. `rare`: any of these pairs; `twos`: pairs two
-- and two, each two together (for a text whose pairs are all common ones). `away`: instead ordinary matters that the reader's
-- doors do not open. `most` counts what is left after the doors: what is shut takes nobody's place.
ALTER INDEX alike_grams SET (gin_pending_list_limit = 512);

CREATE FUNCTION jiefen_alike(rare int[], twos int[], keys bigint[], away boolean, most int)
RETURNS TABLE (intake_id bigint, grams bytea, heads int, day date, area_id bigint, number text, phone_blind bytea, kind text,
  case_id bigint, slug text, case_number text, is_open boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  part int[];
BEGIN
  IF NOT jiefen_inside() THEN
    RETURN;
  END IF;
  FOR n IN 0 .. cardinality(twos) / 2 LOOP
    part := CASE n WHEN 0 THEN rare ELSE twos[2 * n - 1 : 2 * n] END;
    CONTINUE WHEN cardinality(part) = 0;
    IF n = 0 THEN
      RETURN QUERY
        SELECT a.intake_id, array_send(a.grams), a.heads::int, a.day, i.area_id, i.number::text, i.phone_blind, c.kind::text,
               c.id, c.slug::text, c.number::text, c.is_open
          FROM triage_alike a JOIN intake_intake i ON i.id = a.intake_id
          LEFT JOIN triage_triagedecision d ON d.intake_id = i.id LEFT JOIN cases_case c ON c.id = d.case_id
         WHERE a.grams && part AND i.state <> 'void'
           AND CASE WHEN away THEN i.stratum = 0 AND coalesce(c.stratum, 0) = 0
                 AND NOT i.doors && keys AND NOT coalesce(c.doors && keys, false)
                 AND NOT EXISTS (SELECT 1 FROM cases_party p WHERE p.case_id = c.id AND p.unit_id IS NOT NULL)
               ELSE i.stratum < 2 AND i.doors && keys AND (c.id IS NULL OR c.doors && keys) END
         LIMIT most;
    ELSE
      RETURN QUERY
        SELECT a.intake_id, array_send(a.grams), a.heads::int, a.day, i.area_id, i.number::text, i.phone_blind, c.kind::text,
               c.id, c.slug::text, c.number::text, c.is_open
          FROM triage_alike a JOIN intake_intake i ON i.id = a.intake_id
          LEFT JOIN triage_triagedecision d ON d.intake_id = i.id LEFT JOIN cases_case c ON c.id = d.case_id
         WHERE a.grams @> part AND i.state <> 'void'
           AND CASE WHEN away THEN i.stratum = 0 AND coalesce(c.stratum, 0) = 0
                 AND NOT i.doors && keys AND NOT coalesce(c.doors && keys, false)
                 AND NOT EXISTS (SELECT 1 FROM cases_party p WHERE p.case_id = c.id AND p.unit_id IS NOT NULL)
               ELSE i.stratum < 2 AND i.doors && keys AND (c.id IS NULL OR c.doors && keys) END
         LIMIT most / 4;
    END IF;
  END LOOP;
END $$;
