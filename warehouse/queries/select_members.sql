-- These articles as grouping knows them.
WITH asked AS (SELECT unnest($ids::BIGINT[]) AS article_id)
SELECT t.article_id, t.lang, t.terms, t.weights, t.shared_terms, t.shared_weights,
    t.title_terms, t.title_weights, a.effective_at, v.title
FROM article_terms AS t SEMI JOIN asked USING (article_id)
JOIN article AS a ON a.article_id = t.article_id
JOIN placed AS p ON p.article_id = t.article_id
JOIN article_version AS v ON v.article_id = p.article_id AND v.version = p.version
