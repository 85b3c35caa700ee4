-- Health of every source
SELECT source_id, enabled, health, failures, reason, last_success_at, last_new_at, next_due_at FROM source_health
ORDER BY health <> 'ok' DESC, source_id
