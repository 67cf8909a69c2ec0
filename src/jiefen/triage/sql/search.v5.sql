-- The same question as before; how far back to look at first follows from how common its rarest mark and the reader's doors are,
-- as the server's own statistics of the index know (the thousand or so commonest of them; of any other it is known that it is
-- rarer). Most questions are then asked of the index once. A stretch is named by its months where fewer matters are of them
-- than have the rarest mark, else by its years: the index walks through the rarest of what must be there, and of many months
-- named singly it would walk through all. Without statistics, and where they mislead, as before: the newest month first,
-- and from how many were found there follows how far to go on.
CREATE OR REPLACE FUNCTION jiefen_find(
  wanted tsquery, titled tsquery, newest timestamptz, since timestamptz, upto timestamptz, before timestamptz, before_id bigint,
  most int)
RETURNS TABLE (id bigint, case_id bigint, intake_id bigint, at timestamptz, in_title boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = public SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  rare CONSTANT int := 2500;   -- so few are walked through at once
  few CONSTANT int := 12;      -- so many months are named singly where nothing is known; for more, their years
  many CONSTANT int := 60;     -- so many are worth a stretch of their own; for more, all
  doors tsquery;
  whole tsquery;
  codes text;
  here timestamp := date_trunc('month', newest AT TIME ZONE 'Asia/Shanghai');
  begins timestamp := here + interval '1 month';  -- where the stretch looked through last begins
  ends timestamptz := coalesce(upto, 'infinity');
  months numeric;              -- looked through so far
  need numeric;                -- so many months next: at first the newest, and one more where it has hardly begun
  found int := 0;
  got int;
  enough int := least(most, 5000);
  past CONSTANT numeric := -extract(epoch FROM (newest AT TIME ZONE 'Asia/Shanghai') - here) / (30 * 86400);
  one text;
  mine text[];
  known text[];
  shares real[];
  least_share real;
  rows_in_all real;
  rarest real;                 -- matters with the rarest mark; null: nobody knows
  monthly real;                -- matters of a month
  likely real := 0;            -- finds of a month
BEGIN
  SELECT string_agg('''.d' || k || '''', '|')::tsquery, array_agg('.d' || k) INTO doors, mine FROM unnest(jiefen_keys()) k;
  IF doors IS NULL THEN
    RETURN;
  END IF;
  SELECT s.most_common_elems::text::text[], s.most_common_elem_freqs, c.reltuples INTO known, shares, rows_in_all
    FROM pg_stats s JOIN pg_class c ON c.oid = 'triage_searchrow'::regclass
   WHERE s.schemaname = 'public' AND s.tablename = 'triage_searchrow' AND s.attname = 'words' AND c.reltuples > 0;
  need := CASE WHEN past > -0.33 THEN 2 ELSE 1 END;
  IF known IS NOT NULL THEN
    least_share := shares[cardinality(known) + 1];  -- of the rarest that is known: any other has less
    rarest := rows_in_all;
    FOR one IN SELECT m[1] FROM regexp_matches(wanted::text, '''([^'']+)''', 'g') m LOOP
      rarest := least(rarest, rows_in_all * coalesce(shares[array_position(known, one)], least_share / 2));
    END LOOP;
    FOREACH one IN ARRAY mine LOOP
      likely := likely + coalesce(shares[array_position(known, one)], 0);
    END LOOP;
    monthly := rows_in_all / 12 * greatest(least_share, shares[array_position(known, to_char(here, '".y"YYYY'))],
                                           shares[array_position(known, to_char(here - interval '1 year', '".y"YYYY'))]);
    likely := greatest(least(likely, 1), least_share / 2) * monthly * rarest / rows_in_all;
    need := enough / greatest(likely, 0.001);
    need := CASE WHEN rarest <= rare THEN many
                 -- Months cost by what lies in them, so rather one too few; years by the mark, so rather enough at once.
                 WHEN need * monthly <= rarest THEN floor(greatest(need * 0.9 + past, 0)) ELSE ceil(greatest(need * 1.3 + past, 0)) END + 1;
  END IF;
  need := least(need, many + 1);
  LOOP
    IF since IS NOT NULL THEN  -- no further back than was asked for
      need := least(need, greatest(1, 12 * (extract(year FROM begins) - extract(year FROM since AT TIME ZONE 'Asia/Shanghai'))
                                        + extract(month FROM begins) - extract(month FROM since AT TIME ZONE 'Asia/Shanghai')));
    END IF;
    need := floor(need);
    codes := NULL;
    IF need <= coalesce(greatest(1, rarest / nullif(monthly, 0)), few) THEN
      SELECT string_agg('''.m' || to_char(m, 'YYYYMM') || '''', '|') INTO codes
        FROM generate_series(begins - need * interval '1 month', begins - interval '1 month', interval '1 month') m;
      begins := begins - need * interval '1 month';
    ELSIF need <= many THEN
      SELECT string_agg('''.y' || to_char(y, 'YYYY') || '''', '|') INTO codes
        FROM generate_series(date_trunc('year', begins - need * interval '1 month'), begins - interval '1 month', interval '1 year') y;
      begins := date_trunc('year', begins - need * interval '1 month');
    END IF;
    IF codes IS NOT NULL AND months IS NULL AND upto IS NULL THEN  -- what was dated ahead belongs to the newest
      codes := codes || '|''.y' || extract(year FROM here)::int + 1 || '''' || coalesce('|' || (
        SELECT string_agg('''.m' || to_char(m, 'YYYYMM') || '''', '|') FROM generate_series(
          here + interval '1 month', date_trunc('year', here) + interval '11 months', interval '1 month') m), '');
    END IF;
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
    months := extract(epoch FROM (newest AT TIME ZONE 'Asia/Shanghai') - begins) / (30 * 86400);
    need := CASE WHEN found = 0 THEN many + 1 ELSE least(1 + 1.25 * months * (enough - found) / found, many + 1) END;
  END LOOP;
END $$;
