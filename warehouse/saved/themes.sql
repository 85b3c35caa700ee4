-- Stories per theme in the last four weeks
PIVOT (FROM theme_week WHERE week_on > (SELECT max(week_on) - INTERVAL 28 DAY FROM theme_week))
ON week USING sum(stories) GROUP BY theme ORDER BY theme
