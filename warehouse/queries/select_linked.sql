-- Articles that some entry gave one of these addresses for.
SELECT DISTINCT article_id FROM entry SEMI JOIN article USING (article_id)
WHERE link IN (SELECT unnest($links::VARCHAR[]))
