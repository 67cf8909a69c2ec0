-- A lane is seen by nobody but its side and its mediator. Our own processes (search, counts, papers, exports, learning) see no
-- row of it either: they have to name the very side, by the negative of its number among their keys (`actions/lanes.py`).
ALTER TABLE mediation_lane ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON mediation_lane FOR SELECT USING (
  ((SELECT jiefen_inside()) AND -party_id = ANY ((SELECT jiefen_keys())::bigint[]))
  -- the mediator by their own number (a door of sort 1), and only while they answer for the open case and may come into it
  OR (current_setting('jiefen.scope', true) = 'staff' AND mediator_id * 4 + 1 = ANY ((SELECT jiefen_keys())::bigint[])
      AND EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id AND c.is_open AND c.responsible_id = mediator_id
                   AND c.doors && (SELECT jiefen_keys())))
  -- the side by its own receipt (a door of sort 3)
  OR (current_setting('jiefen.scope', true) = 'resident'
      AND EXISTS (SELECT 1 FROM cases_party p WHERE p.id = party_id AND p.receipt * 4 + 3 = ANY ((SELECT jiefen_keys())::bigint[]))));
CREATE POLICY door_write ON mediation_lane FOR ALL
  USING ((SELECT jiefen_inside()) AND -party_id = ANY ((SELECT jiefen_keys())::bigint[]))
  WITH CHECK ((SELECT jiefen_inside()) AND -party_id = ANY ((SELECT jiefen_keys())::bigint[]));

ALTER TABLE mediation_laneentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON mediation_laneentry FOR SELECT USING (EXISTS (SELECT 1 FROM mediation_lane l WHERE l.id = lane_id));
CREATE POLICY door_write ON mediation_laneentry FOR INSERT
  WITH CHECK ((SELECT jiefen_inside()) AND EXISTS (SELECT 1 FROM mediation_lane l WHERE l.id = lane_id));

-- Who typed is asked for by that person's own number alone.
ALTER TABLE mediation_lanetypist ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON mediation_lanetypist FOR SELECT
  USING ((SELECT jiefen_inside()) AND person_id * 4 + 1 = ANY ((SELECT jiefen_keys())::bigint[]));
CREATE POLICY door_write ON mediation_lanetypist FOR INSERT
  WITH CHECK ((SELECT jiefen_inside()) AND EXISTS (SELECT 1 FROM mediation_lane l WHERE l.id = lane_id));

-- A row of a lane is written once; a lane and who typed in it stay.
CREATE FUNCTION lanes_are_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON mediation_laneentry FOR EACH ROW EXECUTE FUNCTION lanes_are_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON mediation_lanetypist FOR EACH ROW EXECUTE FUNCTION lanes_are_only_added();
CREATE TRIGGER stays BEFORE DELETE ON mediation_lane FOR EACH ROW EXECUTE FUNCTION lanes_are_only_added();

-- Who types for one side types for no other: a typist's row needs their name beside this very lane, and a name stands beside
-- one lane of a case (lane_typist_one_side). Nor do they mediate there.
CREATE FUNCTION lane_typed_by_one_side() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.part = 'typist' AND NOT EXISTS (
       SELECT 1 FROM mediation_lanetypist t WHERE t.lane_id = NEW.lane_id AND t.person_id = NEW.by_id) THEN
    RAISE EXCEPTION 'who types for one side may not type for the other' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER one_side BEFORE INSERT ON mediation_laneentry FOR EACH ROW EXECUTE FUNCTION lane_typed_by_one_side();

-- Of a draft that somebody does not sign, and of what was let out, as of signatures and agreements.
ALTER TABLE mediation_declined ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON mediation_declined FOR SELECT USING ((SELECT jiefen_inside()));
CREATE POLICY door_write ON mediation_declined FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
ALTER TABLE mediation_jointnote ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON mediation_jointnote FOR SELECT USING ((SELECT jiefen_inside()) OR (current_setting('jiefen.scope', true) = 'staff'
  AND EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id AND c.doors && (SELECT jiefen_keys()))));
CREATE POLICY door_write ON mediation_jointnote FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
