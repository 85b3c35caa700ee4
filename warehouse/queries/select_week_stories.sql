-- Stories of one week as the digest counts them, best covered first.
SELECT w.story_id, w.state, w.owners, w.outlets, w.texts, w.articles, s.title, s.first_at, s.last_at, s.outlet_names
FROM story_week_at(week_monday($week), 'infinity'::TIMESTAMPTZ) AS w
JOIN story_at('infinity'::TIMESTAMPTZ) AS s USING (story_id)
WHERE w.owners >= $owners
ORDER BY w.owners DESC, w.outlets DESC, w.articles DESC, s.first_at, w.story_id
