-- Their place is taken by source_latest_at and source_past_at, which read no visit twice.

DROP MACRO TABLE IF EXISTS visit_at;
DROP MACRO TABLE IF EXISTS moving_at;
