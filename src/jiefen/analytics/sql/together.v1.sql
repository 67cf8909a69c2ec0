-- Cases by leading unit, procedure, state and month of all reaches together (-1), everywhere and in the county.
INSERT INTO analytics_yeartally (node, year, unit, procedure, state, reach, months)
SELECT node, year, unit, procedure, state, -1, ARRAY[
  sum(months[1])::int, sum(months[2])::int, sum(months[3])::int, sum(months[4])::int, sum(months[5])::int, sum(months[6])::int,
  sum(months[7])::int, sum(months[8])::int, sum(months[9])::int, sum(months[10])::int, sum(months[11])::int, sum(months[12])::int]
  FROM analytics_yeartally
 WHERE reach <> -1 AND node IN (SELECT DISTINCT n FROM analytics_matter m, unnest(m.nodes[1:2]) n)
 GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO NOTHING;
