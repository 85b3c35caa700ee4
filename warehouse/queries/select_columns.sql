FROM target LIMIT 0
