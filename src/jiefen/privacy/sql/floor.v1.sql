-- What somebody asked is seen with their receipt: by the resident who holds it, and by whoever may open the intake.
ALTER TABLE privacy_personalrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON privacy_personalrequest FOR SELECT USING (
  (SELECT jiefen_inside())
  OR EXISTS (SELECT 1 FROM intake_intake i
              WHERE i.id = privacy_personalrequest.intake AND i.doors && (SELECT jiefen_keys())));
CREATE POLICY door_write ON privacy_personalrequest FOR ALL
  USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));

-- The supervisor's month of readings.
CREATE INDEX reading_month ON kernel_reading (at, id);
