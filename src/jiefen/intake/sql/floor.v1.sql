ALTER TABLE intake_intake ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON intake_intake FOR SELECT USING ((SELECT jiefen_inside()) OR doors && (SELECT jiefen_keys()));
CREATE POLICY door_write ON intake_intake FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
