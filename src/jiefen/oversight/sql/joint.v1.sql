-- A meeting is seen with its case, and by the offices invited (a unit's door is four times its number).
ALTER TABLE oversight_jointmeeting ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON oversight_jointmeeting FOR SELECT USING (
  (SELECT jiefen_inside())
  OR doors && (SELECT jiefen_keys())
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = oversight_jointmeeting.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON oversight_jointmeeting FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
-- A task is seen by the office that has it, by the one above it, and with its case.
ALTER TABLE oversight_meetingtask ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON oversight_meetingtask FOR SELECT USING (
  (SELECT jiefen_inside())
  OR unit_id * 4 = ANY ((SELECT jiefen_keys())::bigint[])
  OR "over" = ANY ((SELECT jiefen_keys())::bigint[])
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = oversight_meetingtask.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON oversight_meetingtask FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
