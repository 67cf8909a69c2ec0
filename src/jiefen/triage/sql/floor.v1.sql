ALTER TABLE triage_triagedecision ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON triage_triagedecision FOR SELECT USING (
  (SELECT jiefen_inside())
  OR EXISTS (SELECT 1 FROM intake_intake i WHERE i.id = intake_id AND i.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON triage_triagedecision FOR ALL
  USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
