-- title: Leading stories by theme
-- title_es: Historias principales por tema
-- layout: theme_leads
-- Up to five stories per theme, those with most owner groups first. `theme_stories(slug, week)` lists all of them.
SELECT r.theme, coalesce(l.label_en, r.theme) AS label_en, coalesce(l.label_es, r.theme) AS label_es, r.* EXCLUDE (theme),
    'FROM theme_stories(''' || replace(r.theme, '''', '''''') || ''', ''' || week_name($week_start::DATE) || ''')' AS more_sql
FROM theme_ranking_at($week_start::DATE, $as_of) AS r
LEFT JOIN theme_at($as_of) AS l ON l.theme = r.theme
WHERE r.rank <= 5
ORDER BY r.theme_stories DESC, r.theme, r.rank;
