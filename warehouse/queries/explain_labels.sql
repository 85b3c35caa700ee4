SELECT theme, holds, complete, author, note, known_at FROM label_at('infinity'::TIMESTAMPTZ)
WHERE article_id = $id ORDER BY known_at, theme
