INSERT INTO outbox BY NAME SELECT * FROM batch ANTI JOIN outbox USING (week, language, recipient, attempt, state)
