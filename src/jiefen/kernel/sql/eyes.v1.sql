-- Whose eyes this transaction has. Both are read once per query (as init plans), never once per row.
CREATE OR REPLACE FUNCTION jiefen_inside() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('jiefen.scope', true), '') IN ('worker', 'import', 'analytics') $$;

CREATE OR REPLACE FUNCTION jiefen_anybody() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('jiefen.scope', true), '') <> '' $$;

CREATE OR REPLACE FUNCTION jiefen_keys() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('jiefen.keys', true), ''), '{}')::bigint[] $$;
