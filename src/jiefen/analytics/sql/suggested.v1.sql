-- Suggested against decided kinds: a narrow row for each intake, and sums by month. Asked through the doors of the matter.
ALTER TABLE analytics_suggested ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON analytics_suggested FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));
ALTER TABLE analytics_kindcount ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON analytics_kindcount FOR ALL USING ((SELECT jiefen_inside())) WITH CHECK ((SELECT jiefen_inside()));

-- What was decided before; whatever still waits to be counted anew has no row of its own here and is counted with the others.
INSERT INTO analytics_suggested (matter, day, channel, kind, chosen, model, band, hit, near)
SELECT intake * 2 + 1, day, channel, kind, chosen, model,
       CASE WHEN chance >= 0.95 THEN 6 WHEN chance >= 0.9 THEN 5 WHEN chance >= 0.8 THEN 4 WHEN chance >= 0.7 THEN 3
            WHEN chance >= 0.6 THEN 2 WHEN chance >= 0.5 THEN 1 ELSE 0 END,
       hit, NOT hit AND second <> '' AND left(chosen, length(second)) = second
FROM (
  SELECT i.id AS intake, jiefen_day(d.at) AS day, i.channel, coalesce(d.suggested ->> 'kind', '') AS kind, coalesce(d.chosen ->> 'kind', '') AS chosen,
         coalesce((d.suggested ->> 'model')::int, 0) AS model, coalesce((d.suggested ->> 'chance')::float, 0) AS chance,
         coalesce(d.suggested ->> 'second', '') AS second,
         coalesce(d.suggested ->> 'kind', '') <> ''
           AND left(coalesce(d.chosen ->> 'kind', ''), length(d.suggested ->> 'kind')) = d.suggested ->> 'kind' AS hit
  FROM triage_triagedecision d JOIN intake_intake i ON i.id = d.intake_id JOIN analytics_matter m ON m.key = i.id * 2 + 1
  WHERE i.stratum = 0 AND m.stratum = 0 AND i.state <> 'void'
    AND d.action = 'open' AND d.by_id IS NOT NULL AND d.suggested ? 'kind' AND d.chosen ? 'kind'
) one;
INSERT INTO analytics_kindcount (month, reach, channel, kind, model, band, cells)
SELECT jiefen_month(s.day), m.reach, s.channel, s.kind, s.model, s.band,
       ARRAY[count(*), count(*) FILTER (WHERE s.hit), count(*) FILTER (WHERE s.near)]::int[]
FROM analytics_suggested s JOIN analytics_matter m ON m.key = s.matter GROUP BY 1, 2, 3, 4, 5, 6;
