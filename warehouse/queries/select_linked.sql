-- Those of the given articles that some entry gave one of these addresses for.
SELECT DISTINCT article_id FROM entry
WHERE link IN (SELECT unnest($links::VARCHAR[])) AND article_id IN (SELECT unnest($ids::BIGINT[]))
