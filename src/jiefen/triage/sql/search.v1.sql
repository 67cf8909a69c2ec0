-- The index of matters by their words. Our own process writes it; a reader asks it through `jiefen_find` alone.
-- The words lie beside the table: a common word leads to thousands of rows, of which only number and time are looked at.
ALTER TABLE triage_searchrow SET (toast_tuple_target = 128);
ALTER TABLE triage_searchrow ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER INDEX search_words SET (gin_pending_list_limit = 512);
ALTER TABLE triage_searchrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON triage_searchrow FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));

-- The newest matters that fit, at most `most`: of those alone that a key of the reader opens, as the index knows it. Under
-- row-level security no operator of the index is trusted, so this goes beneath it; whoever asks joins the answer to the
-- matters themselves, where the policy looks once more. Looked for in stretches of time, the newest first, and no further
-- than there are enough: `stretches` are codes of months and years (empty: all), `ends` where each ends.
CREATE FUNCTION jiefen_find(
  wanted tsquery, titled tsquery, stretches text[], ends timestamptz[], since timestamptz, before timestamptz, before_id bigint,
  most int)
RETURNS TABLE (id bigint, case_id bigint, intake_id bigint, at timestamptz, in_title boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  doors tsquery;
  whole tsquery;
  remaining int := least(most, 5000);
  got int;
BEGIN
  SELECT string_agg('''.d' || k || '''', '|')::tsquery INTO doors FROM unnest(jiefen_keys()) k;
  IF doors IS NULL THEN
    RETURN;
  END IF;
  FOR n IN 1 .. cardinality(stretches) LOOP
    EXIT WHEN ends[n] <= since;
    whole := doors;
    IF wanted IS NOT NULL THEN
      whole := wanted && whole;
    END IF;
    IF stretches[n] <> '' THEN
      whole := whole && stretches[n]::tsquery;
    END IF;
    RETURN QUERY
      SELECT r.id, r.case_id, r.intake_id, r.at, titled IS NULL OR r.words @@ titled FROM triage_searchrow r
       WHERE r.words @@ whole AND r.at < ends[n] AND (since IS NULL OR r.at >= since)
         AND (before IS NULL OR r.at < before OR r.at = before AND r.id < before_id)
       ORDER BY r.at DESC, r.id DESC LIMIT remaining;
    GET DIAGNOSTICS got = ROW_COUNT;
    remaining := remaining - got;
    EXIT WHEN remaining <= 0;
  END LOOP;
END $$;
