-- How many matters that go on some keys open, no further than `most`, of those that the policy shows to this transaction. Under
-- row-level security no index of doors is used, since the server cannot know that comparing arrays keeps a secret: a handler's
-- two thousand were counted by walking twenty-six thousand of everybody's. Beneath it the index gives them; only their number
-- comes out, and of nothing that the policy would not show: it is asked here in the same words. Planned for the values at
-- hand: for somebody who sees all, walking is quicker.
-- `late` (null: whatever the clock says): due by then. Most that go on are late, so this is never what to begin with; in these
-- words no index knows it. `of_state`: empty for any; `of_kind`: four digits, two of a group, or empty.
CREATE FUNCTION jiefen_count_open(keys bigint[], late timestamptz, of_state text, of_kind text, most int)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public SET jit = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  inside CONSTANT boolean := jiefen_inside();
  own CONSTANT bigint[] := jiefen_keys();
  n bigint;
BEGIN
  SELECT count(*) INTO n FROM (
    SELECT 1 FROM cases_case c
     WHERE c.is_open AND c.doors && keys AND (inside OR c.doors && own)
       AND (late IS NULL OR coalesce(c.next_due_at <= late, false))
       AND (of_state = '' OR c.state = of_state) AND (of_kind = '' OR starts_with(c.kind, of_kind))
     LIMIT most) few;
  RETURN n;
END $$;
