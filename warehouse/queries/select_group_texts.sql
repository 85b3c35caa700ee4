-- What decides which article of a group is the canonical one.
SELECT p.article_id, a.effective_at, coalesce(s.aggregator, false) AS aggregator, p.words, p.seq
FROM placed AS p JOIN article AS a USING (article_id)
LEFT JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = p.source_id
WHERE p.article_id IN (SELECT unnest($ids::BIGINT[]))
