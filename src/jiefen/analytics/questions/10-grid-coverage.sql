-- 问题 10　在用的网格，有自己的在岗网格员的占多少？
-- 一行一个网格（网格、微网格、专属网格），看截至日那一刻；只兼管到村的不算这个网格自己的人。
SELECT g.id, g.id AS of, g.since - DATE '2000-01-01' AS at, TRUE AS base,
       g.id IN (
         SELECT p.area_id FROM people_posting p JOIN people_person who ON who.id = p.person_id AND who.is_active
         WHERE p.role = 'grid-worker' AND p.since < %(till)s AND (p.until IS NULL OR p.until >= %(till)s)
       ) AS hit, FALSE AS waiting, NULL::int AS value
FROM places_area g
WHERE g.level IN ('grid', 'micro-grid', 'dedicated')
  AND g.since - DATE '2000-01-01' <= %(day)s AND (g.until IS NULL OR g.until - DATE '2000-01-01' > %(day)s)
  AND (%(path)s::text IS NULL OR g.path <@ %(path)s::text::ltree)
  AND (%(paths)s::text[] IS NULL OR g.path <@ %(paths)s::text[]::ltree[])
