INSERT INTO edit_grade BY NAME SELECT * FROM batch ANTI JOIN edit_grade USING (article_id, version, place, grade)
