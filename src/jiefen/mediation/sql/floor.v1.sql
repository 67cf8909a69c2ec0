-- What belongs to a case is seen with it: one of the case's doors is among the reader's keys.
DO $$
DECLARE
  child text;
BEGIN
  FOREACH child IN ARRAY ARRAY['mediation_consent', 'mediation_groundwork', 'mediation_agreement', 'mediation_signature', 'mediation_obligation'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
    -- Written by our own processes alone. Of an agreement and its signatures a party reads by question, never by row:
    -- a row would tell who of the other side has signed.
    EXECUTE format(
      'CREATE POLICY door ON %1$I FOR SELECT USING ((SELECT jiefen_inside()) OR (%2$L AND current_setting(''jiefen.scope'', true) = ''staff''
         AND EXISTS (SELECT 1 FROM cases_case c WHERE c.id = %1$I.case_id AND c.doors && (SELECT jiefen_keys()))))',
      child, child NOT IN ('mediation_signature'));
    EXECUTE format(
      'CREATE POLICY door_write ON %I FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()))', child);
  END LOOP;
END $$;
