-- Seen with the case: by who may open it, and by the resident whose receipt is one of its doors.
ALTER TABLE oversight_reopenask ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON oversight_reopenask FOR SELECT USING (
  (SELECT jiefen_inside())
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = oversight_reopenask.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON oversight_reopenask FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
