-- The floor: a case is seen where one of its doors is among the reader's keys. What belongs to a case is seen with it.
-- The owner of the tables (who migrates and backs up, and never serves) is not held by it; the plain role is.
ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON cases_case FOR SELECT USING ((SELECT jiefen_inside()) OR doors && (SELECT jiefen_keys()));
CREATE POLICY door_write ON cases_case FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));

DO $$
DECLARE
  child text;
BEGIN
  FOREACH child IN ARRAY ARRAY['cases_party', 'cases_demand', 'cases_assignment', 'cases_step', 'cases_deadline'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
    EXECUTE format(
      'CREATE POLICY door ON %1$I FOR SELECT USING ((SELECT jiefen_inside()) OR EXISTS
         (SELECT 1 FROM cases_case c WHERE c.id = %1$I.case_id AND c.doors && (SELECT jiefen_keys())))', child);
    EXECUTE format(
      'CREATE POLICY door_write ON %I FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()))', child);
  END LOOP;
END $$;

-- A step is written once.
CREATE FUNCTION steps_are_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cases_step is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON cases_step FOR EACH ROW EXECUTE FUNCTION steps_are_only_added();
