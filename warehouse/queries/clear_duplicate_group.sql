DELETE FROM duplicate_group
