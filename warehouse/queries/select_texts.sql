-- Articles as they were, or will be, compared: $ids and $versions are lists of one length.
WITH asked AS (SELECT unnest($ids::BIGINT[]) AS article_id, unnest($versions::INTEGER[]) AS version)
SELECT v.article_id, v.version, a.source_id, s.owner, v.lang, a.effective_at, v.title, v.summary, compared(v.body) AS body, v.body_hash,
    NULL::BIGINT AS story_id
FROM asked JOIN article_version AS v ON v.article_id = asked.article_id AND v.version = asked.version
JOIN article AS a ON a.article_id = asked.article_id
JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = a.source_id
