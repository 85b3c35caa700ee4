-- Where the versions of the given articles lie: a range of row numbers is read fast, so that texts of others are not.
SELECT min(rowid) AS first, max(rowid) AS last FROM article_version WHERE article_id IN (SELECT unnest($ids::BIGINT[]))
HAVING count(*) > 0
