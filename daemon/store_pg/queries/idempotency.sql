-- name: idempotency_one
-- Index: idempotency_pkey.
select jsonb_build_object(
    'key', key, 'fingerprint', fingerprint, 'status', status, 'reply', reply, 'created_at', iso(created_at))
from idempotency where key = $1::text;
