-- Placed articles of late whose terms are not kept: taken in before they were.
SELECT p.article_id, p.version, p.seq, p.day, a.effective_at
FROM placed AS p JOIN article AS a USING (article_id)
WHERE p.day >= $since::DATE AND p.article_id NOT IN (SELECT article_id FROM article_terms)
ORDER BY p.seq
