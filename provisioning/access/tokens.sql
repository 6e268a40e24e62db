-- name: remember_key_fingerprint
-- The first one stays.
insert into acctl.settings (key, value) values ('key_fingerprint', to_jsonb($1::text)) on conflict (key) do nothing
