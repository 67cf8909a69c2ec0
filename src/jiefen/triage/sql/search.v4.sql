-- The same question as before. How common a word is shows in the newest month alone, once a third of it is over: where fewer
-- matters are of the month than have the word, the index goes to these; of two months it walks through all that have the word, and
-- does so again for the next stretch. No further back is looked than was asked for.
CREATE OR REPLACE FUNCTION jiefen_find(
  wanted tsquery, titled tsquery, newest timestamptz, since timestamptz, upto timestamptz, before timestamptz, before_id bigint,
  most int)
RETURNS TABLE (id bigint, case_id bigint, intake_id bigint, at timestamptz, in_title boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  few CONSTANT int := 12;      -- so many months are named singly; for more, their years
  many CONSTANT int := 60;     -- so many are worth a stretch of their own; for more, all
  doors tsquery;
  whole tsquery;
  codes text;
  here timestamp := date_trunc('month', newest AT TIME ZONE 'Asia/Shanghai');
  begins timestamp := CASE WHEN newest AT TIME ZONE 'Asia/Shanghai' < here + interval '10 days' THEN here - interval '1 month' ELSE here END;
  ends timestamptz := coalesce(upto, 'infinity');
  months numeric;              -- looked through so far
  need int;
  found int := 0;
  got int;
  enough int := least(most, 5000);
BEGIN
  SELECT string_agg('''.d' || k || '''', '|')::tsquery INTO doors FROM unnest(jiefen_keys()) k;
  IF doors IS NULL THEN
    RETURN;
  END IF;
  months := extract(epoch FROM (newest AT TIME ZONE 'Asia/Shanghai') - begins) / (30 * 86400);
  -- What was dated ahead belongs to the newest.
  SELECT string_agg('''.m' || to_char(m, 'YYYYMM') || '''', '|') INTO codes FROM generate_series(
    begins, CASE WHEN upto IS NULL THEN date_trunc('year', here) + interval '11 months' ELSE here END, interval '1 month') m;
  IF upto IS NULL THEN
    codes := codes || '|''.y' || extract(year FROM here)::int + 1 || '''';
  END IF;
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
    IF found > 0 AND since IS NOT NULL THEN  -- no further back than was asked for
      need := least(need, 1 + (12 * extract(year FROM age(begins, since AT TIME ZONE 'Asia/Shanghai'))
                               + extract(month FROM age(begins, since AT TIME ZONE 'Asia/Shanghai')))::int);
    END IF;
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
