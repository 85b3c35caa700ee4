-- No article or version is stored twice.
SELECT article_id, version, count(*) AS n FROM article_version GROUP BY article_id, version HAVING count(*) > 1
