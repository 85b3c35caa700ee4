-- Entries standing between two row numbers.
SELECT rowid AS place, * FROM entry WHERE rowid BETWEEN $first AND $last ORDER BY place
