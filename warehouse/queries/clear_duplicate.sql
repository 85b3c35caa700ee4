DELETE FROM duplicate
