-- Matters by a few doors, by their index: under row-level security the comparison of arrays would go over every row.
CREATE FUNCTION jiefen_matters_of(keys bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT key FROM analytics_matter WHERE jiefen_inside() AND doors && keys $$;
