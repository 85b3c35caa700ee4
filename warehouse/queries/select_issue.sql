SELECT * FROM digest_issue WHERE week = $week AND language = $language ORDER BY known_at LIMIT 1
