-- The same question as before, asked in stretches that follow from what was found so far: the newest two months first, then as
-- far back as there are likely to be enough, at last all. A common word ends in the first, a rare one is asked for twice.
-- `upto`: looked for before this moment (null: no end); `newest`: where the first stretch lies.
DROP FUNCTION jiefen_find(tsquery, tsquery, text[], timestamptz[], timestamptz, timestamptz, bigint, int);
CREATE FUNCTION jiefen_find(
  wanted tsquery, titled tsquery, newest timestamptz, since timestamptz, upto timestamptz, before timestamptz, before_id bigint,
  most int)
RETURNS TABLE (id bigint, case_id bigint, intake_id bigint, at timestamptz, in_title boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  few CONSTANT int := 18;      -- so many months are named singly; for more, their years
  many CONSTANT int := 60;     -- so many are worth a stretch of their own; for more, all
  doors tsquery;
  whole tsquery;
  codes text;
  here timestamp := date_trunc('month', newest AT TIME ZONE 'Asia/Shanghai');
  begins timestamp := here - interval '1 month';
  ends timestamptz := coalesce(upto, 'infinity');
  months int := 2;             -- looked through so far
  need int;
  found int := 0;
  got int;
  enough int := least(most, 5000);
BEGIN
  SELECT string_agg('''.d' || k || '''', '|')::tsquery INTO doors FROM unnest(jiefen_keys()) k;
  IF doors IS NULL THEN
    RETURN;
  END IF;
  -- What was dated ahead belongs to the newest.
  SELECT string_agg('''.m' || to_char(m, 'YYYYMM') || '''', '|') || '|''.y' || extract(year FROM here)::int + 1 || '''' INTO codes
    FROM generate_series(begins, date_trunc('year', here) + interval '11 months', interval '1 month') m;
  LOOP
    whole := CASE WHEN wanted IS NULL THEN doors ELSE wanted && doors END;
    IF codes IS NOT NULL THEN
      whole := whole && codes::tsquery;
    END IF;
    RETURN QUERY
      SELECT r.id, r.case_id, r.intake_id, r.at, titled IS NULL OR r.words @@ titled FROM triage_searchrow r
       WHERE r.words @@ whole AND r.at < ends AND (since IS NULL OR r.at >= since)
         AND (before IS NULL OR r.at < before OR r.at = before AND r.id < before_id)
       ORDER BY r.at DESC, r.id DESC LIMIT enough - found;
    GET DIAGNOSTICS got = ROW_COUNT;
    found := found + got;
    ends := least(ends, begins AT TIME ZONE 'Asia/Shanghai');
    EXIT WHEN found >= enough OR codes IS NULL OR ends <= since;
    need := CASE WHEN found = 0 THEN many + 1 ELSE least(1 + 1.25 * months * (enough - found) / found, many + 1)::int END;
    codes := NULL;
    IF need <= few THEN
      SELECT string_agg('''.m' || to_char(m, 'YYYYMM') || '''', '|') INTO codes
        FROM generate_series(begins - need * interval '1 month', begins - interval '1 month', interval '1 month') m;
      begins := begins - need * interval '1 month';
    ELSIF need <= many THEN
      SELECT string_agg('''.y' || to_char(y, 'YYYY') || '''', '|') INTO codes
        FROM generate_series(date_trunc('year', begins - need * interval '1 month'), begins, interval '1 year') y;
      begins := date_trunc('year', begins - need * interval '1 month');
    END IF;
    months := months + need;
  END LOOP;
END $$;
