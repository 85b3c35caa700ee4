SELECT * FROM source_at('infinity'::TIMESTAMPTZ)
