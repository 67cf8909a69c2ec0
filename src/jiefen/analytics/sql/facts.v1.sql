-- The counting ground: days as numbers, the floor, and who says that a matter is to be counted anew.
CREATE FUNCTION jiefen_day(moment timestamptz) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (moment AT TIME ZONE 'Asia/Shanghai')::date - DATE '2000-01-01' $$;
CREATE FUNCTION jiefen_last(late timestamptz) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ((late AT TIME ZONE 'Asia/Shanghai') - INTERVAL '1 microsecond')::date - DATE '2000-01-01' $$;
CREATE FUNCTION jiefen_never() RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 1000000 $$;
CREATE FUNCTION jiefen_ever() RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT -1000000 $$;
CREATE FUNCTION jiefen_month(day int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (extract(year FROM DATE '2000-01-01' + day) * 12 + extract(month FROM DATE '2000-01-01' + day) - 1)::int $$;
CREATE FUNCTION jiefen_day_of_month(day int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT extract(day FROM DATE '2000-01-01' + day)::int $$;
CREATE FUNCTION jiefen_both(a int[], b int[]) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_agg(x + y ORDER BY n) FROM unnest(a, b) WITH ORDINALITY AS t(x, y, n) $$;

-- What is counted is read by the questions alone, which compare the asker's doors themselves.
ALTER TABLE analytics_matter ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON analytics_matter FOR SELECT USING ((SELECT jiefen_inside()) OR doors && (SELECT jiefen_keys()));
CREATE POLICY door_write ON analytics_matter FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['analytics_fact', 'analytics_reach', 'analytics_daycount', 'analytics_daytally', 'analytics_stale'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
    EXECUTE format('CREATE POLICY inside ON %I FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()))', one);
  END LOOP;
END $$;

-- A queue and no flag: a change whose transaction ends later brings a row of its own, so none is ever overlooked.
-- Whoever changes a matter says so, whatever their eyes: these run with the owner's.
CREATE FUNCTION count_cases_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO analytics_stale (key) SELECT DISTINCT case_id * 2 FROM old_rows;
  ELSE
    INSERT INTO analytics_stale (key) SELECT DISTINCT case_id * 2 FROM new_rows;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION count_case_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO analytics_stale (key) VALUES (NEW.id * 2);
  RETURN NULL;
END $$;
CREATE FUNCTION count_intakes_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO analytics_stale (key) SELECT id * 2 + 1 FROM new_rows;
  RETURN NULL;
END $$;
CREATE FUNCTION count_intake_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO analytics_stale (key) VALUES (NEW.id * 2 + 1);
  RETURN NULL;
END $$;
CREATE FUNCTION count_decided_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO analytics_stale (key) SELECT intake_id * 2 + 1 FROM new_rows;
  RETURN NULL;
END $$;
CREATE FUNCTION count_area_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO analytics_stale (key) SELECT key FROM analytics_matter WHERE nodes @> ARRAY[NEW.id];
  RETURN NULL;
END $$;

CREATE TRIGGER count_anew AFTER INSERT ON cases_step REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_cases_anew();
CREATE TRIGGER count_anew_new AFTER INSERT ON cases_deadline REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_cases_anew();
CREATE TRIGGER count_anew_changed AFTER UPDATE ON cases_deadline REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_cases_anew();
CREATE TRIGGER count_anew_gone AFTER DELETE ON cases_deadline REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_cases_anew();
CREATE TRIGGER count_anew_new AFTER INSERT ON oversight_followup REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_cases_anew();
CREATE TRIGGER count_anew_changed AFTER UPDATE ON oversight_followup REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_cases_anew();
CREATE TRIGGER count_anew AFTER UPDATE OF doors, area_id, stratum, lead_unit_id, procedure, kind, grade, flags, state, opened_at, arose_from_id ON cases_case
  FOR EACH ROW WHEN ((OLD.doors, OLD.area_id, OLD.stratum, OLD.lead_unit_id, OLD.kind, OLD.grade, OLD.flags, OLD.state, OLD.opened_at)
    IS DISTINCT FROM (NEW.doors, NEW.area_id, NEW.stratum, NEW.lead_unit_id, NEW.kind, NEW.grade, NEW.flags, NEW.state, NEW.opened_at))
  EXECUTE FUNCTION count_case_anew();
CREATE TRIGGER count_anew AFTER INSERT ON intake_intake REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_intakes_anew();
CREATE TRIGGER count_anew_changed AFTER UPDATE OF doors, area_id, stratum, state, received_at, channel ON intake_intake
  FOR EACH ROW WHEN ((OLD.doors, OLD.area_id, OLD.stratum, OLD.state, OLD.received_at, OLD.channel)
    IS DISTINCT FROM (NEW.doors, NEW.area_id, NEW.stratum, NEW.state, NEW.received_at, NEW.channel))
  EXECUTE FUNCTION count_intake_anew();
CREATE TRIGGER count_anew_new AFTER INSERT ON triage_triagedecision REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_decided_anew();
CREATE TRIGGER count_anew_changed AFTER UPDATE ON triage_triagedecision REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_decided_anew();
CREATE TRIGGER count_anew AFTER UPDATE OF path ON places_area FOR EACH ROW WHEN (OLD.path::text IS DISTINCT FROM NEW.path::text) EXECUTE FUNCTION count_area_anew();

-- What is there already waits to be counted; `jiefen rebuild` does it at once, the worker little by little.
INSERT INTO analytics_stale (key) SELECT id * 2 FROM cases_case;
INSERT INTO analytics_stale (key) SELECT id * 2 + 1 FROM intake_intake;
