-- Themes of an article as they count now, labels included.
SELECT theme, score FROM tag_at('infinity'::TIMESTAMPTZ) WHERE article_id = $id ORDER BY score DESC NULLS LAST, theme
