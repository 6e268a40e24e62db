-- name: end_enterprise_keys_of_tenant
-- All keys of the enterprise but those with the ids $1 and, in the same order, the hashes $2.
update app.api_keys k set revoked_at = now()
 where k.owner = 'enterprise' and k.revoked_at is null
   and not exists (select from unnest($1::uuid[], $2::text[]) as x(id, hash)
                    where x.id = k.enterprise_key and decode(x.hash, 'hex') = k.key_hash)
returning k.name

-- name: make_enterprise_keys_of_tenant
-- Those of the keys $1 that the tenant lacks; one that had ended, because the tenant was not in the enterprise, is good
-- again.
insert into app.api_keys (name, prefix, key_hash, owner, role_id, permissions, enterprise_key, expires_at)
select x.name, x.prefix, decode(x.hash, 'hex'), 'enterprise', r.id,
       case when r.id is null then coalesce(x.permissions, '{}') end, x.id, x.expires_at
  from jsonb_to_recordset($1::text::jsonb)
         as x(id uuid, name text, prefix text, hash text, role text, permissions jsonb, expires_at timestamptz)
  left join app.roles r on r.key = x.role
 where not exists (select from app.api_keys k where k.enterprise_key = x.id and k.revoked_at is null)
on conflict (key_hash) do update set revoked_at = null
returning name
