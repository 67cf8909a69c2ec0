-- A file is seen with what it belongs to. Its holder is written «case:7» or «intake:12».
ALTER TABLE files_storedfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON files_storedfile FOR SELECT USING (
  (SELECT jiefen_inside())
  OR (holder LIKE 'case:%' AND EXISTS (
    SELECT 1 FROM cases_case c WHERE c.id = substr(holder, 6)::bigint AND c.doors && (SELECT jiefen_keys())))
  OR (holder LIKE 'intake:%' AND EXISTS (
    SELECT 1 FROM intake_intake i WHERE i.id = substr(holder, 8)::bigint AND i.doors && (SELECT jiefen_keys()))));
CREATE POLICY door_write ON files_storedfile FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
