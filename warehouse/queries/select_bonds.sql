-- Pairs of one text among these articles: they stay in one story.
SELECT article_id, of_id, relation, similarity FROM duplicate
WHERE article_id IN (SELECT unnest($ids::BIGINT[])) AND relation <> 'shares_passage' ORDER BY article_id, of_id
