-- Why somebody read a matter is seen with the case, by whoever may see it and by its receipts' holders.
ALTER TABLE cases_whyread ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON cases_whyread FOR SELECT USING ((SELECT jiefen_inside()) OR EXISTS
  (SELECT 1 FROM cases_case c WHERE c.id = cases_whyread.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON cases_whyread FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
