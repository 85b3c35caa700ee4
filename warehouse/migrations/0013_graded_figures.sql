-- The digest reads what an edit did from here and grades nothing itself: figures with their sizes and what they count.

ALTER TABLE edit_grade ADD COLUMN counted VARCHAR;
ALTER TABLE edit_grade ADD COLUMN old_number DOUBLE;
ALTER TABLE edit_grade ADD COLUMN new_number DOUBLE;
COMMENT ON COLUMN edit_grade.counted IS 'What a changed figure counts: the word behind it (heridos), %, S/, US$ or €; empty where nothing tells. Of grown: paragraphs.';
COMMENT ON COLUMN edit_grade.old_number IS 'Size of the figure before; NULL for a date. Of grown: paragraphs before.';
COMMENT ON COLUMN edit_grade.new_number IS 'Size of the figure now; NULL for a date. Of grown: paragraphs now.';
COMMENT ON COLUMN edit_grade.grade IS 'withdrawn, correction_note, figure_changed, name_removed, name_added, attribution_removed, headline_changed, summary_changed, paragraph_removed, paragraph_added or grown (a live page to which paragraphs were only added).';
COMMENT ON TABLE edit_grade IS 'What an edit did, one row per change: figures, names, attributions, headline, summary, paragraphs, correction notes, growth, withdrawal.';
