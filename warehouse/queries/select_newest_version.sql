SELECT max(known_at) AS known_at FROM article_version
