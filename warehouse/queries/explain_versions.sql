SELECT version, title, known_at, text_from FROM article_version WHERE article_id = $id ORDER BY version
