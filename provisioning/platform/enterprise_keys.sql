-- name: enterprise_keys
select k.id, k.name, k.prefix, k.key_hash, k.role, k.permissions::text,
       to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from acctl.enterprise_keys k join acctl.enterprises e on e.id = k.enterprise_id
 where e.key = $1 and k.revoked_at is null
 order by k.name collate "C"

-- name: add_enterprise_key
-- No row: the enterprise has a key of that name.
insert into acctl.enterprise_keys (enterprise_id, name, prefix, key_hash, role, permissions, expires_at, created_by)
select e.id, $2, $3, $4, $5, $6::text::jsonb, $7::text::timestamptz, $8 from acctl.enterprises e where e.key = $1
on conflict (enterprise_id, name) where revoked_at is null do nothing
returning id

-- name: end_enterprise_key
update acctl.enterprise_keys k set revoked_at = now()
  from acctl.enterprises e
 where e.id = k.enterprise_id and e.key = $1 and k.name = $2 and k.revoked_at is null
returning k.prefix
