-- Who finds a matter follows its doors in the same moment, by whatever way they changed: a step, a succession of offices, a
-- letter taken out or put away. Only the codes of doors are changed; the marks of words stay. A letter that was taken back
-- is found no more.
CREATE FUNCTION jiefen_search_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  before text[];
  after text[];
BEGIN
  IF TG_ARGV[0] = 'void' THEN
    DELETE FROM triage_searchrow WHERE intake_id = NEW.id;
    RETURN NULL;
  END IF;
  -- The fourth sort of door is a receipt's, whose holder searches nothing.
  before := ARRAY(SELECT '.d' || d FROM unnest(OLD.doors) d);
  after := ARRAY(SELECT '.d' || d FROM unnest(NEW.doors) d WHERE d % 4 <> 3);
  IF TG_ARGV[0] = 'case' THEN
    UPDATE triage_searchrow SET words = ts_delete(words, before) || array_to_tsvector(after)
     WHERE case_id = NEW.id AND words <> ''::tsvector;
  ELSE
    UPDATE triage_searchrow SET words = ts_delete(words, before) || array_to_tsvector(after)
     WHERE intake_id = NEW.id AND words <> ''::tsvector;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER search_follows AFTER UPDATE OF doors ON cases_case FOR EACH ROW
  WHEN (NEW.doors IS DISTINCT FROM OLD.doors) EXECUTE FUNCTION jiefen_search_follows('case');
CREATE TRIGGER search_follows AFTER UPDATE OF doors ON intake_intake FOR EACH ROW
  WHEN (NEW.doors IS DISTINCT FROM OLD.doors) EXECUTE FUNCTION jiefen_search_follows('intake');
CREATE TRIGGER search_void AFTER UPDATE OF state ON intake_intake FOR EACH ROW
  WHEN (NEW.state = 'void' AND OLD.state <> 'void') EXECUTE FUNCTION jiefen_search_follows('void');
