SELECT article_id, source_id, outcome, reason, title, summary, content, lang, link, section, known_at FROM entry
WHERE article_id = $id OR canonical_url = $canonical OR link = $url ORDER BY known_at DESC LIMIT 1
