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

-- name: suggest_features
select distinct f.key, '' from acctl.plans p cross join lateral jsonb_object_keys(p.features) f(key)
 where starts_with(f.key, $1) order by 1 limit $2::bigint

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
select r.run, r.command || ' by ' || r.actor || ', ' || to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from acctl.runs r
 where starts_with(r.run, $1)
 order by r.id desc
 limit $2::bigint
