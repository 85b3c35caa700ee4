-- When stories were last looked at again; NULL before the first time.
SELECT max(known_at) AS known_at FROM story_recheck
