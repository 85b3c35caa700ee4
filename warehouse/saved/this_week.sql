-- Stories of the week of the last run, most outlets first
SELECT s.outlets, s.owners_independent, s.articles, s.title, s.outlet_names, s.story_id FROM story_current AS s
WHERE s.last_at >= (SELECT max(week_on) FROM article_current) ORDER BY s.owners_independent DESC, s.articles DESC LIMIT 40
