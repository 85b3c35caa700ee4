-- Texts of articles that are placed, in the version that was compared.
SELECT v.article_id, a.source_id, '' AS owner, v.lang, a.effective_at, v.title, v.summary, compared(v.body) AS body, v.body_hash,
    NULL::BIGINT AS story_id
FROM (SELECT article_id, version FROM placed WHERE article_id IN (SELECT unnest($ids::BIGINT[]))) AS p
JOIN article_version AS v ON v.article_id = p.article_id AND v.version = p.version
JOIN article AS a ON a.article_id = p.article_id
