-- What an office asked somebody in a case is seen with the case, like its other children.
ALTER TABLE cases_question ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON cases_question FOR SELECT USING ((SELECT jiefen_inside()) OR EXISTS
  (SELECT 1 FROM cases_case c WHERE c.id = cases_question.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON cases_question FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
