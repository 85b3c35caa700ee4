-- Headlines that were changed, newest first
SELECT edited_at, outlet, old_title, new_title, url FROM article_edit
WHERE old_title <> new_title ORDER BY edited_at DESC LIMIT 100
