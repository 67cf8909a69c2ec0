-- Whoever stepped back from a matter reads none of its meetings, their tasks, nor its errands, though their office was called.
-- `shut` holds those people's own doors. It follows the doors of the matter in the same moment, by whatever way they changed,
-- and is there from the first minute of what is called later. The floor takes it away from every other way in.
CREATE FUNCTION jiefen_stepped_back(doors bigint[]) RETURNS bigint[] LANGUAGE sql STABLE SET search_path = public AS $$
  -- An office's door beyond 4 × 2^32 is that of the office without some of its people; the person's own door is 4 × number + 1.
  SELECT coalesce(array_agg(DISTINCT person * 4 + 1), '{}')
    FROM people_apart x CROSS JOIN unnest(x.persons) person
   WHERE x.id = ANY (ARRAY(SELECT d / 17179869184 FROM unnest(doors) d WHERE d % 4 = 0 AND d >= 17179869184))
$$;

CREATE FUNCTION jiefen_shut_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  who bigint[];
BEGIN
  IF NOT EXISTS (SELECT 1 FROM unnest(OLD.doors || NEW.doors) d WHERE d % 4 = 0 AND d >= 17179869184) THEN
    RETURN NULL;
  END IF;
  who := jiefen_stepped_back(NEW.doors);
  UPDATE oversight_jointmeeting SET shut = who WHERE case_id = NEW.id AND shut <> who;
  UPDATE oversight_meetingtask SET shut = who WHERE case_id = NEW.id AND shut <> who;
  UPDATE oversight_visit SET shut = who WHERE case_id = NEW.id AND shut <> who;
  RETURN NULL;
END $$;
CREATE TRIGGER shut_follows AFTER UPDATE OF doors ON cases_case FOR EACH ROW
  WHEN (NEW.doors IS DISTINCT FROM OLD.doors) EXECUTE FUNCTION jiefen_shut_follows();

CREATE FUNCTION jiefen_shut_from_the_first() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  NEW.shut := (SELECT jiefen_stepped_back(c.doors) FROM cases_case c WHERE c.id = NEW.case_id);
  RETURN NEW;
END $$;

DO $$
DECLARE
  one text;
  mine text;
BEGIN
  FOREACH one IN ARRAY ARRAY['oversight_jointmeeting', 'oversight_meetingtask', 'oversight_visit'] LOOP
    EXECUTE format('CREATE TRIGGER shut_from_the_first BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION jiefen_shut_from_the_first()', one);
    mine := CASE one
      WHEN 'oversight_jointmeeting' THEN 'doors && (SELECT jiefen_keys())'
      WHEN 'oversight_meetingtask' THEN 'unit_id * 4 = ANY ((SELECT jiefen_keys())::bigint[]) OR "over" = ANY ((SELECT jiefen_keys())::bigint[])'
      ELSE 'unit_id * 4 = ANY ((SELECT jiefen_keys())::bigint[])' END;
    EXECUTE format('DROP POLICY door ON %I', one);
    EXECUTE format(
      'CREATE POLICY door ON %1$I FOR SELECT USING ((SELECT jiefen_inside()) OR (NOT shut && (SELECT jiefen_keys()) AND (%2$s OR EXISTS
         (SELECT 1 FROM cases_case c WHERE c.id = %1$I.case_id AND c.doors && (SELECT jiefen_keys())))))', one, mine);
    -- What was called before there was this rule.
    EXECUTE format(
      'UPDATE %1$I SET shut = jiefen_stepped_back(c.doors) FROM cases_case c WHERE c.id = %1$I.case_id AND shut <> jiefen_stepped_back(c.doors)', one);
  END LOOP;
END $$;
