SELECT article_id FROM tag_at('infinity'::TIMESTAMPTZ) WHERE theme = $theme
