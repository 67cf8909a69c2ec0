ALTER TABLE oversight_followup ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON oversight_followup FOR SELECT USING (
  (SELECT jiefen_inside())
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = oversight_followup.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON oversight_followup FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
