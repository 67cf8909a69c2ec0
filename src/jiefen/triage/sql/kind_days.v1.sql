-- Sums without names; counted and read by our own process alone, the page asks it for them.
ALTER TABLE triage_kindday ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON triage_kindday FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
