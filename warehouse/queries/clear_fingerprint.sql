DELETE FROM fingerprint
