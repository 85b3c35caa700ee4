-- What outlets changed after publication: figures, names, sources struck out, corrections, withdrawals
SELECT changed_at, outlet, grade, old_value, new_value, title, url FROM article_change
WHERE kind <> 'live' ORDER BY changed_at DESC, article_id, place LIMIT 200
