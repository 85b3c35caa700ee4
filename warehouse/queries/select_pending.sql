-- Entries whose page has not been settled yet, newest first. Few are, so their texts are read last.
WITH latest AS (
    SELECT article_id, max(known_at) AS seen_at,
        arg_max(struct_pack(place := rowid, outcome := outcome), (known_at, -rowid)) AS entry
    FROM entry GROUP BY article_id),
settled AS (SELECT article_id, max(known_at) AS at FROM page GROUP BY article_id),
pending AS (
    SELECT l.entry.place AS place FROM latest AS l LEFT JOIN settled AS s USING (article_id)
    WHERE l.entry.outcome <> 'rejected' AND (s.at IS NULL OR s.at < l.seen_at))
SELECT e.* FROM entry AS e WHERE e.rowid IN (FROM pending)
ORDER BY e.known_at DESC, e.published_at DESC NULLS LAST, e.article_id
