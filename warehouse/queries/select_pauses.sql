SELECT host, max(not_before_at) AS not_before_at FROM host_pause GROUP BY host HAVING max(not_before_at) > $now
