-- Cases by leading unit, procedure, state and month, a year in a row: what was summed by day before, of which nobody asked the days.
ALTER TABLE analytics_yeartally ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON analytics_yeartally FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
INSERT INTO analytics_yeartally (node, year, unit, procedure, state, reach, months)
SELECT node, month / 12, unit, procedure, state, reach, ARRAY[
  coalesce(sum(total) FILTER (WHERE month % 12 = 0), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 1), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 2), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 3), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 4), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 5), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 6), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 7), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 8), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 9), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 10), 0)::int,
  coalesce(sum(total) FILTER (WHERE month % 12 = 11), 0)::int
] FROM analytics_daytally GROUP BY 1, 2, 3, 4, 5, 6;
