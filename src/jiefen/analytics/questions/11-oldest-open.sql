-- 问题 11　在办的事项等了几日，最久的几日？
-- 一行一件截至日还没有办结的事项，不论何时来件；日数从来件之日到截至日。
SELECT r.case_id AS of, r.case_id AS thing, r.opened AS at, r.began AS since, jiefen_ever() AS due, r.began AS hit,
       least(r.ended, r.again) AS until, jiefen_ever() AS before, TRUE AS base, NULL::int AS value
FROM rounds r
