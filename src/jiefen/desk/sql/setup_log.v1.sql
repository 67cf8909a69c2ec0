-- Every change of set-up data leaves a row: what differs, who (jiefen.actor of the transaction), when. First argument:
-- columns that are never looked at; second: columns of which only is told that they changed.
CREATE FUNCTION setup_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  silent text[] := string_to_array(TG_ARGV[0], ',');
  veiled text[] := string_to_array(TG_ARGV[1], ',');
  before jsonb := '{}';
  after jsonb := '{}';
  was jsonb := '{}';
  became jsonb := '{}';
  col text;
BEGIN
  IF TG_OP <> 'INSERT' THEN before := to_jsonb(OLD) - silent; END IF;
  IF TG_OP <> 'DELETE' THEN after := to_jsonb(NEW) - silent; END IF;
  FOR col IN SELECT jsonb_object_keys(before || after) LOOP
    IF before -> col IS DISTINCT FROM after -> col THEN
      IF col = ANY (veiled) THEN
        became := became || jsonb_build_object(col, '…');
      ELSE
        IF before ? col THEN was := was || jsonb_build_object(col, before -> col); END IF;
        IF after ? col THEN became := became || jsonb_build_object(col, after -> col); END IF;
      END IF;
    END IF;
  END LOOP;
  IF was = '{}' AND became = '{}' THEN RETURN NULL; END IF;
  INSERT INTO desk_setupchange (what, "row", op, was, now, by, once, bundle, at) VALUES (
    TG_TABLE_NAME,
    coalesce((before || after) ->> 'id', (before || after) ->> 'day', (before || after) ->> 'year', ''),
    lower(TG_OP), was, became,
    nullif(current_setting('jiefen.actor', true), '')::bigint,
    coalesce(current_setting('jiefen.once', true), ''),
    pg_current_xact_id()::text::bigint, clock_timestamp());
  RETURN NULL;
END $$;

DO $$
DECLARE
  spec text[];
BEGIN
  FOREACH spec SLICE 1 IN ARRAY ARRAY[
    ['people_unit', '', ''],
    ['people_person', 'last_login,created_at', 'password'],
    ['people_posting', '', ''],
    ['people_substitute', '', ''],
    ['places_area', 'path', 'shape'],
    ['places_formername', '', ''],
    ['procedures_areasetting', 'changed_at', ''],
    ['procedures_holiday', '', ''],
    ['procedures_calendaryear', 'changed_at', ''],
    ['procedures_publishedprocedure', '', 'body'],
    ['triage_routingtable', '', 'rows']
  ] LOOP
    EXECUTE format(
      'CREATE TRIGGER setup_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION setup_changed(%L, %L)',
      spec[1], spec[2], spec[3]);
  END LOOP;
END $$;

CREATE FUNCTION setup_log_is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'desk_setupchange is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON desk_setupchange FOR EACH ROW EXECUTE FUNCTION setup_log_is_only_added();
