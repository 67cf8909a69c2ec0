-- The roster and the mergers and splits are set-up data too: every change of them leaves a row.
DO $$
DECLARE
  spec text[];
BEGIN
  FOREACH spec SLICE 1 IN ARRAY ARRAY[
    ['people_dutyslot', '', ''],
    ['people_dutyday', '', ''],
    ['people_succession', 'planned_at,done', 'plan'],
    ['people_unitheir', '', ''],
    ['places_areaheir', '', '']
  ] LOOP
    EXECUTE format(
      'CREATE TRIGGER setup_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION setup_changed(%L, %L)',
      spec[1], spec[2], spec[3]);
  END LOOP;
END $$;
