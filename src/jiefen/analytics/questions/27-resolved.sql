-- 问题 27　本期受理的事项，到截至日已经化解的占多少？
-- 一行一件事项。化解是停在有答复的终点，并且达成过协议、执行过支持意见，或者销了号；只是答复了的不算。重启的要重新化解才算。
-- 已经导入法定途径的，从那天起不进分母。
SELECT r.case_id AS of, r.case_id AS thing, r.opened AS at, r.began AS since, jiefen_ever() AS due,
       CASE WHEN r.settled AND (r.agreed OR done.case_id IS NOT NULL) THEN r.ended ELSE jiefen_never() END AS hit,
       CASE WHEN r.ended_as = ANY(%(states)s) THEN least(r.ended, r.again) ELSE r.again END AS until,
       jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM rounds r
LEFT JOIN (SELECT DISTINCT t.case_id, t.round FROM turns t WHERE t.name = ANY(%(steps)s)) done ON done.case_id = r.case_id AND done.round = r.round
