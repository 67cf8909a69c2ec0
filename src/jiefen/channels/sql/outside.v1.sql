-- A number above belongs to its case and is seen where the case is.
ALTER TABLE channels_outsidenumber ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON channels_outsidenumber FOR SELECT USING (
  (SELECT jiefen_inside())
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = channels_outsidenumber.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON channels_outsidenumber FOR ALL
  USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
