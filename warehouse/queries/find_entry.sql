SELECT * FROM entry
WHERE article_id = $id OR canonical_url = $canonical OR link = $url ORDER BY known_at DESC LIMIT 1
