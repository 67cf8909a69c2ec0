-- Asking to see somebody's particulars is seen with the matter.
ALTER TABLE privacy_unmaskask ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON privacy_unmaskask FOR SELECT USING ((SELECT jiefen_inside()) OR EXISTS
  (SELECT 1 FROM cases_case c WHERE c.id = privacy_unmaskask.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON privacy_unmaskask FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
