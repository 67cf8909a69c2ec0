-- 问题 15　提前预警的排查件，有多少已经化解销号？
-- 一行一件排查件（有“日排查日报告”时限的程序），从网格来件立的；化解是截至日停在有答复的终点，又复发重启的不算。核定不属纠纷的不算。
SELECT r.case_id AS of, r.case_id AS thing, r.opened AS at, r.began AS since, jiefen_ever() AS due,
       CASE WHEN r.settled THEN r.ended ELSE jiefen_never() END AS hit, least(r.again, dropped.day) AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM rounds r
JOIN (
  SELECT DISTINCT case_id FROM clocks WHERE clock = ANY(%(clocks)s)
) found ON found.case_id = r.case_id
LEFT JOIN (
  SELECT t.case_id, jiefen_day(min(t.at)) AS day FROM trail t WHERE t.name = ANY(%(steps)s) GROUP BY t.case_id
) dropped ON dropped.case_id = r.case_id
