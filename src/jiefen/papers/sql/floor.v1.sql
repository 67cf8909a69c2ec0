ALTER TABLE papers_paper ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON papers_paper FOR SELECT USING (
  (SELECT jiefen_inside())
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = papers_paper.case_id AND c.doors && (SELECT jiefen_keys()))
  OR EXISTS (SELECT 1 FROM intake_intake i WHERE i.id = papers_paper.intake AND i.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON papers_paper FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
