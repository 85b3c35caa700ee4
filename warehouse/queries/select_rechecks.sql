-- Pages of tagged articles to be looked at again: the first look of a round ($offsets, in seconds after first sight)
-- that has come since the last look. Early rounds first, then the widest covered stories. At most $per_host of a host.
WITH look AS (
    SELECT article_id, max(known_at) AS looked_at,
        arg_max(struct_pack(outcome := outcome, etag := coalesce(etag, ''), last_modified := coalesce(last_modified, ''),
            validators_url := coalesce(validators_url, '')), known_at) AS last
    FROM (
        SELECT article_id, known_at, outcome, etag, last_modified, validators_url FROM page
        UNION ALL SELECT article_id, known_at, outcome, etag, last_modified, validators_url FROM recheck)
    GROUP BY article_id),
recent AS (
    SELECT a.article_id, a.first_seen_at, a.story_id, l.last,
        len([o FOR o IN $offsets::BIGINT[] IF o <= epoch($now::TIMESTAMPTZ) - epoch(a.first_seen_at)]) AS round,
        len([o FOR o IN $offsets::BIGINT[] IF o <= epoch(l.looked_at) - epoch(a.first_seen_at)]) AS rounds_done
    FROM article_at('infinity'::TIMESTAMPTZ) AS a JOIN look AS l USING (article_id)
    WHERE a.first_seen_at >= $since AND NOT a.seo_bait AND l.looked_at < $now
        AND (a.text_from = 'page' OR a.reason IN (SELECT unnest($passing::VARCHAR[])))
        AND a.article_id IN (SELECT article_id FROM tag_at('infinity'::TIMESTAMPTZ))),
width AS (
    SELECT story_id, count(DISTINCT owner) AS owners
    FROM article_at('infinity'::TIMESTAMPTZ) WHERE story_id IS NOT NULL GROUP BY story_id),
latest AS (
    SELECT e.* FROM entry AS e WHERE e.outcome <> 'rejected' AND e.article_id IN (SELECT article_id FROM recent)
    QUALIFY row_number() OVER (PARTITION BY e.article_id ORDER BY e.known_at DESC, e.source_id) = 1),
ranked AS (
    SELECT e.* EXCLUDE (outcome), r.first_seen_at, r.last.outcome AS last_outcome, r.last.etag AS etag,
        r.last.last_modified AS last_modified, r.last.validators_url AS validators_url,
        row_number() OVER (ORDER BY r.round, coalesce(w.owners, 0) DESC, r.first_seen_at DESC, r.article_id) AS rank,
        regexp_extract(e.link, '://([^/?#]+)', 1) AS host
    FROM recent AS r JOIN latest AS e USING (article_id) LEFT JOIN width AS w ON w.story_id = r.story_id
    WHERE r.round > r.rounds_done)
SELECT * FROM ranked
QUALIFY row_number() OVER (PARTITION BY host ORDER BY rank) <= $per_host
ORDER BY rank LIMIT $per_run
