INSERT INTO article_version BY NAME
SELECT * REPLACE (agency_of(byline_org, body) AS agency) FROM batch ANTI JOIN article_version USING (article_id, version)
