ALTER TABLE oversight_visit ENABLE ROW LEVEL SECURITY;
-- The office asked sees its own errands (a unit's door is four times its number); whoever may see the case sees them too.
CREATE POLICY door ON oversight_visit FOR SELECT USING (
  (SELECT jiefen_inside())
  OR unit_id * 4 = ANY ((SELECT jiefen_keys())::bigint[])
  OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = oversight_visit.case_id AND c.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON oversight_visit FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
-- The list of who is to be asked goes by this clock alone; most running clocks are others.
CREATE INDEX oversight_asked_by ON cases_deadline (clock, due_at, id) WHERE stopped_at IS NULL AND NOT lapsed;
