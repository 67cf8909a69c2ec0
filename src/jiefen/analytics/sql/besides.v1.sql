-- Matters by a few doors, without those that the sums of some reaches hold already: somebody who takes letters in at a centre
-- holds a key to each of them twice, and a hundred thousand numbers went back and forth for nothing.
CREATE FUNCTION jiefen_matters_of(keys bigint[], reaches int[]) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT key FROM analytics_matter WHERE jiefen_inside() AND doors && keys AND reach <> ALL (reaches) $$;
