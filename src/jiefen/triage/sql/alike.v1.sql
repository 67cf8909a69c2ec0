-- The index of alike matters is asked by our own process alone; what it finds goes through the reader's doors.
ALTER TABLE triage_alike ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON triage_alike FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
ALTER TABLE triage_gram ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON triage_gram FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
