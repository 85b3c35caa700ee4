-- No article or version is stored twice.
SELECT article_id, version, count(*) AS n FROM article_version
WHERE article_id IN (SELECT article_id FROM article_version WHERE unchecked(known_at))
GROUP BY article_id, version HAVING count(*) > 1
