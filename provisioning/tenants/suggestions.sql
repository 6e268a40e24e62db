-- What somebody who is typing may mean: values that begin with $1, at most $2 of them, each with what it is.

-- name: suggest_tenants
select t.slug, t.name
  from acctl.tenants t
 where t.status <> 'deleted' and starts_with(t.slug, $1)
 order by t.slug collate "C"
 limit $2::bigint

-- name: suggest_enterprises
select e.key, e.name from acctl.enterprises e where starts_with(e.key, $1) order by 1 limit $2::bigint

-- name: suggest_servers
select s.name, 'region ' || s.region
  from acctl.servers s
 where s.state <> 'removed' and starts_with(s.name, $1)
 order by 1
 limit $2::bigint

-- name: suggest_regions
select distinct s.region, ''
  from acctl.servers s
 where s.state <> 'removed' and starts_with(s.region, $1)
 order by 1
 limit $2::bigint

-- name: suggest_plans
select p.key, p.name from acctl.plans p where starts_with(p.key, $1) order by p.position, 1 limit $2::bigint

-- name: suggest_overrides
-- What a tenant can have of its own in place of its plan's.
select o.key, o.what
  from (select 'seats' as key, 'limit' as what union all select 'projects', 'limit'
        union all select 'storage_bytes', 'limit'
        union all select distinct f.key, 'feature'
                    from acctl.plans p cross join lateral jsonb_object_keys(p.features) f(key)) o
 where starts_with(o.key, $1)
 order by 1
 limit $2::bigint

-- name: suggest_labels
select distinct l.key || '=' || l.value, 'label'
  from acctl.tenants t, jsonb_each_text(t.labels) l
 where t.status <> 'deleted' and starts_with(l.key || '=' || l.value, $1)
 order by 1
 limit $2::bigint

-- name: suggest_users
select u.email, coalesce(u.name, '') || case when u.status = 'active' then '' else ' (' || u.status || ')' end
  from app.users u
 where starts_with(u.email, lower($1))
 order by 1
 limit $2::bigint

-- name: suggest_runs
-- Of the outcome $3; '' for all.
select r.run, r.command || ' by ' || r.actor || ', ' || to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from acctl.runs r
 where starts_with(r.run, $1) and $3::text in ('', r.outcome)
 order by r.id desc
 limit $2::bigint

-- name: suggest_archived_tenants
select distinct t.slug, t.name
  from acctl.tenant_exports e join acctl.tenants t on t.id = e.tenant_id
 where starts_with(t.slug, $1)
 order by t.slug
 limit $2::bigint

-- name: suggest_archive_numbers
-- The newest first.
select e.id::text, t.slug || ', ' || to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from acctl.tenant_exports e join acctl.tenants t on t.id = e.tenant_id
 where starts_with(e.id::text, $1)
 order by e.created_at desc, e.id desc
 limit $2::bigint

-- name: suggest_features
-- That a plan or a tenant says something of.
select distinct f.key, 'feature'
  from (select p.features from acctl.plans p union all select t.features from acctl.tenants t) x,
       jsonb_each(x.features) f
 where starts_with(f.key, $1)
 order by 1
 limit $2::bigint

-- name: suggest_enterprise_people
-- Who has grants in enterprise $3.
select g.email, string_agg(g.role, ', ' order by g.role)
  from acctl.enterprise_grants g join acctl.enterprises e on e.id = g.enterprise_id
 where e.key = $3 and starts_with(g.email, lower($1))
 group by g.email
 order by 1
 limit $2::bigint

-- name: suggest_enterprise_key_owners
select e.key, e.name
  from acctl.enterprises e
 where starts_with(e.key, $1)
   and exists (select from acctl.enterprise_keys k where k.enterprise_id = e.id and k.revoked_at is null)
 order by 1
 limit $2::bigint

-- name: suggest_enterprise_key_names
-- Of enterprise $3.
select k.name, k.prefix
  from acctl.enterprise_keys k join acctl.enterprises e on e.id = k.enterprise_id
 where e.key = $3 and k.revoked_at is null and starts_with(k.name, $1)
 order by 1
 limit $2::bigint

-- name: suggest_key_owners
-- Users by their addresses, and the organization; enterprises are known to the registry.
select x.owner, count(*) || case when count(*) = 1 then ' key' else ' keys' end
  from app.api_keys k
  left join app.users u on u.id = k.user_id
 cross join lateral (select coalesce(lower(u.email), k.owner) as owner) x
 where k.owner <> 'enterprise' and k.revoked_at is null and starts_with(x.owner, lower($1))
 group by x.owner
 order by 1
 limit $2::bigint

-- name: suggest_key_names
-- Of the owner $3.
select k.name, k.prefix
  from app.api_keys k
  left join app.users u on u.id = k.user_id
 where k.owner <> 'enterprise' and coalesce(lower(u.email), k.owner) = lower($3) and k.revoked_at is null
   and starts_with(k.name, $1)
 order by 1
 limit $2::bigint
