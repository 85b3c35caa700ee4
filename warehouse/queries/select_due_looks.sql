-- Pages whose next look has come: the first of the instants $offsets (seconds after first sight) since the last look.
-- A page that was never read for a reason that stays (feed text only, robots.txt) is left alone. Only what is young is read, and nothing is said yet of whether the article is worth it: see select_recheckable.
WITH recent AS (SELECT article_id, first_seen_at FROM article WHERE first_seen_at >= $since),
seen AS (
    SELECT article_id, known_at, if(reason IN ('not_found', 'gone'), 'withdrawn', outcome) AS outcome, etag, last_modified,
        validators_url,
        reason IS NULL OR list_contains($passing::VARCHAR[], reason) AS open
    FROM page SEMI JOIN recent USING (article_id)
    UNION ALL
    SELECT article_id, known_at, outcome, etag, last_modified, validators_url, true
    FROM recheck SEMI JOIN recent USING (article_id)),
look AS (
    SELECT article_id, max(known_at) AS looked_at,
        arg_max(struct_pack(outcome := outcome, etag := etag, last_modified := last_modified,
            validators_url := validators_url), known_at) AS last
    FROM seen GROUP BY article_id HAVING bool_or(open))
SELECT article_id, first_seen_at, last.outcome AS last_outcome, coalesce(last.etag, '') AS etag,
    coalesce(last.last_modified, '') AS last_modified, coalesce(last.validators_url, '') AS validators_url,
    len([o FOR o IN $offsets::BIGINT[] IF o <= epoch($now::TIMESTAMPTZ) - epoch(first_seen_at)]) AS round
FROM recent JOIN look USING (article_id)
WHERE looked_at < $now AND round > len([o FOR o IN $offsets::BIGINT[] IF o <= epoch(looked_at) - epoch(first_seen_at)])
