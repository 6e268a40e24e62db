-- name: lock_tenant
select pg_advisory_lock(hashtextextended('acctl tenant ' || $1, 0))

-- name: unlock_tenant
select pg_advisory_unlock(hashtextextended('acctl tenant ' || $1, 0))

-- name: tenant_by_slug
-- With what is still to fill it: "restore", "clone of acme".
select t.*,
       case when r.source like 'clone of %'
            then 'clone of ' || (select s.slug from acctl.tenants s where 'clone of ' || s.id = r.source)
            when r.slug is not null then 'restore' end
  from acctl.tenant_overview t
  left join acctl.restores r on r.slug = t.slug and r.tenant_id is null
 where t.slug = $1 and t.status <> 'deleted'

-- name: tenant_list
-- Selects tenants by $1, which filter_json() in tenant_query.cpp makes of conditions, each part optional:
--   "slugs": [...], "search": "..."
--   "plan": [...] (one of them, or any for '*'), "not plan": [...] (none of them); likewise status, subscription, server,
--   region, enterprise, pack
--   "labels": {"tier": [...]}, "other labels": {"not tier": [...]}
--   "created from", "created to": [{"at", "us"}], moments, or microseconds from now; likewise activated, trial_ends
--   "seats from", "seats to": [5]; "seats share from", "seats share to": [{"percent", "more"}]
--   "seats_limit from", "seats_limit to": [5], where no limit is more than any; likewise projects_limit, storage_limit
--   "feature": [[...]] (of each list one), "not feature": [...] (none of them); likewise override
-- A parameter that is bound is a constant, so that the parts which are not there cost nothing. Deleted tenants only where
-- "status" asks for them.
select t.*,
       case when r.source like 'clone of %'
            then 'clone of ' || (select s.slug from acctl.tenants s where 'clone of ' || s.id = r.source)
            when r.slug is not null then 'restore' end
  from acctl.tenant_overview t
  left join acctl.restores r on r.slug = t.slug and r.tenant_id is null and t.status <> 'deleted'
 where (not $1::jsonb ? 'slugs' or t.slug = any (array(select jsonb_array_elements_text($1::jsonb -> 'slugs'))))
   and (case when $1::jsonb ? 'status' then $1::jsonb -> 'status' ? t.status else t.status <> 'deleted' end)
   and (not $1::jsonb ? 'not status' or not $1::jsonb -> 'not status' ? t.status)
   and (not $1::jsonb ? 'plan' or $1::jsonb -> 'plan' ? t.plan
        or ($1::jsonb -> 'plan' ? '*' and t.plan is not null))
   and (not $1::jsonb ? 'not plan' or t.plan is null
        or not ($1::jsonb -> 'not plan' ? t.plan or $1::jsonb -> 'not plan' ? '*'))
   and (not $1::jsonb ? 'subscription' or $1::jsonb -> 'subscription' ? t.subscription
        or ($1::jsonb -> 'subscription' ? '*' and t.subscription is not null))
   and (not $1::jsonb ? 'not subscription' or t.subscription is null
        or not ($1::jsonb -> 'not subscription' ? t.subscription or $1::jsonb -> 'not subscription' ? '*'))
   and (not $1::jsonb ? 'server' or $1::jsonb -> 'server' ? t.server
        or ($1::jsonb -> 'server' ? '*' and t.server is not null))
   and (not $1::jsonb ? 'not server' or t.server is null
        or not ($1::jsonb -> 'not server' ? t.server or $1::jsonb -> 'not server' ? '*'))
   and (not $1::jsonb ? 'region' or $1::jsonb -> 'region' ? t.region
        or ($1::jsonb -> 'region' ? '*' and t.region is not null))
   and (not $1::jsonb ? 'not region' or t.region is null
        or not ($1::jsonb -> 'not region' ? t.region or $1::jsonb -> 'not region' ? '*'))
   and (not $1::jsonb ? 'enterprise' or $1::jsonb -> 'enterprise' ? t.enterprise
        or ($1::jsonb -> 'enterprise' ? '*' and t.enterprise is not null))
   and (not $1::jsonb ? 'not enterprise' or t.enterprise is null
        or not ($1::jsonb -> 'not enterprise' ? t.enterprise or $1::jsonb -> 'not enterprise' ? '*'))
   and (not $1::jsonb ? 'pack' or $1::jsonb -> 'pack' ? t.pack
        or ($1::jsonb -> 'pack' ? '*' and t.pack is not null))
   and (not $1::jsonb ? 'not pack' or t.pack is null
        or not ($1::jsonb -> 'not pack' ? t.pack or $1::jsonb -> 'not pack' ? '*'))
   and (not $1::jsonb ? 'created from' or t.created >= (
         select max(coalesce(b.at, now()) + b.us * interval '1 us')
           from jsonb_to_recordset($1::jsonb -> 'created from') as b(at timestamptz, us bigint)))
   and (not $1::jsonb ? 'created to' or t.created <= (
         select min(coalesce(b.at, now()) + b.us * interval '1 us')
           from jsonb_to_recordset($1::jsonb -> 'created to') as b(at timestamptz, us bigint)))
   and (not $1::jsonb ? 'activated from' or t.activated >= (
         select max(coalesce(b.at, now()) + b.us * interval '1 us')
           from jsonb_to_recordset($1::jsonb -> 'activated from') as b(at timestamptz, us bigint)))
   and (not $1::jsonb ? 'activated to' or t.activated <= (
         select min(coalesce(b.at, now()) + b.us * interval '1 us')
           from jsonb_to_recordset($1::jsonb -> 'activated to') as b(at timestamptz, us bigint)))
   and (not $1::jsonb ? 'trial_ends from' or t.trial_ends >= (
         select max(coalesce(b.at, now()) + b.us * interval '1 us')
           from jsonb_to_recordset($1::jsonb -> 'trial_ends from') as b(at timestamptz, us bigint)))
   and (not $1::jsonb ? 'trial_ends to' or t.trial_ends <= (
         select min(coalesce(b.at, now()) + b.us * interval '1 us')
           from jsonb_to_recordset($1::jsonb -> 'trial_ends to') as b(at timestamptz, us bigint)))
   and (not $1::jsonb ? 'seats from' or t.seats_used >= (
         select max(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'seats from') b))
   and (not $1::jsonb ? 'seats share from' or not exists (
         select from jsonb_to_recordset($1::jsonb -> 'seats share from') as b(percent bigint, more bigint)
          where not coalesce(t.seats_used * 100 >= b.percent * t.seats_limit + b.more, false)))
   and (not $1::jsonb ? 'seats to' or t.seats_used <= (
         select min(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'seats to') b))
   and (not $1::jsonb ? 'seats share to' or not exists (
         select from jsonb_to_recordset($1::jsonb -> 'seats share to') as b(percent bigint, more bigint)
          where not coalesce(t.seats_used * 100 <= b.percent * t.seats_limit + b.more, false)))
   and (not $1::jsonb ? 'seats_limit from' or t.seats_limit is null or t.seats_limit >= (
         select max(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'seats_limit from') b))
   and (not $1::jsonb ? 'seats_limit to' or t.seats_limit <= (
         select min(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'seats_limit to') b))
   and (not $1::jsonb ? 'projects_limit from' or t.projects_limit is null or t.projects_limit >= (
         select max(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'projects_limit from') b))
   and (not $1::jsonb ? 'projects_limit to' or t.projects_limit <= (
         select min(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'projects_limit to') b))
   and (not $1::jsonb ? 'storage_limit from' or t.storage_limit is null or t.storage_limit >= (
         select max(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'storage_limit from') b))
   and (not $1::jsonb ? 'storage_limit to' or t.storage_limit <= (
         select min(b::bigint) from jsonb_array_elements_text($1::jsonb -> 'storage_limit to') b))
   and (not $1::jsonb ? 'feature' or not exists (
         select from jsonb_array_elements($1::jsonb -> 'feature') w(wanted)
          where not exists (
            select from acctl.entitlements e cross join lateral jsonb_each(e.features) f
             where e.tenant_id = t.id and f.value = 'true' and (w.wanted ? f.key or w.wanted ? '*'))))
   and (not $1::jsonb ? 'not feature' or not exists (
         select from acctl.entitlements e cross join lateral jsonb_each(e.features) f
          where e.tenant_id = t.id and f.value = 'true'
            and ($1::jsonb -> 'not feature' ? f.key or $1::jsonb -> 'not feature' ? '*')))
   and (not $1::jsonb ? 'override' or not exists (
         select from jsonb_array_elements($1::jsonb -> 'override') w(wanted)
          where not exists (
            select from (select 'seats'::text where t.seats is not null
                         union all select jsonb_object_keys(t.overrides::jsonb -> 'limits')
                         union all select jsonb_object_keys(t.overrides::jsonb -> 'features')) o(key)
             where w.wanted ? o.key or w.wanted ? '*')))
   and (not $1::jsonb ? 'not override' or not exists (
         select from (select 'seats'::text where t.seats is not null
                      union all select jsonb_object_keys(t.overrides::jsonb -> 'limits')
                      union all select jsonb_object_keys(t.overrides::jsonb -> 'features')) o(key)
          where $1::jsonb -> 'not override' ? o.key or $1::jsonb -> 'not override' ? '*'))
   and (not $1::jsonb ? 'labels' or not exists (
         select from jsonb_each($1::jsonb -> 'labels') l
          where not coalesce(l.value ? (t.label_set ->> l.key) or (l.value ? '*' and t.label_set ? l.key), false)))
   and (not $1::jsonb ? 'other labels' or not exists (
         select from jsonb_each($1::jsonb -> 'other labels') l
          where t.label_set ? substr(l.key, 5)
            and (l.value ? (t.label_set ->> substr(l.key, 5)) or l.value ? '*')))
   and (not $1::jsonb ? 'search' or position(lower($1::jsonb ->> 'search') in lower(t.slug || ' ' || t.name)) > 0)
 order by t.slug collate "C", t.created

-- name: near_slugs
-- Slugs that may have been meant by $1, which is none: those that begin and end most like it.
select t.slug
  from acctl.tenants t
 where t.status <> 'deleted'
 order by (select count(*) from generate_series(1, length($1::text)) i where left(t.slug, i) = left($1, i)) +
          (select count(*) from generate_series(1, length($1::text)) i where right(t.slug, i) = right($1, i)) desc,
          abs(length(t.slug) - length($1)), t.slug collate "C"
 limit 100

-- name: begin_run
-- Takes the next epoch: from here on no earlier run can write.
update acctl.tenants set epoch = epoch + 1 where id = $1 returning epoch

-- name: record_steps
-- $3: [{"name", "status", "attempts", "error", "started_ms", "finished_ms"}], times in milliseconds before now.
update acctl.tenant_steps s
   set status = x.status, attempts = s.attempts + x.attempts, error = x.error,
       started_at = coalesce(clock_timestamp() - x.started_ms * interval '1 ms', s.started_at),
       finished_at = coalesce(clock_timestamp() - x.finished_ms * interval '1 ms', s.finished_at)
  from jsonb_to_recordset($3::jsonb) as x(name text, status text, attempts integer, error text, started_ms bigint,
                                          finished_ms bigint)
 where s.tenant_id = $1 and s.name = x.name
   and exists (select from acctl.tenants t where t.id = $1 and t.epoch = $2)

-- name: activate_tenant
-- $3 schema version, $4 seats used, $5 steps as in record_steps, $6 to $9 who acts, $10 the status before. The route is
-- published by the very status: see acctl.published_routes. No row, and nothing written: a later run has taken over.
-- A tenant whose restore or clone is not finished has the configuration of its pack: it is suspended until it has its own.
with active as (
  update acctl.tenants t
     set status = case when r.slug is null then 'active' else 'suspended' end,
         suspended_at = case when r.slug is not null then now() end,
         activated_at = coalesce(t.activated_at, now()), schema_version = $3, seats_used = $4, seats_as_of = now()
    from (values (true)) as once(here) left join acctl.restores r
      on r.tenant_id is null and r.slug = (select o.slug from acctl.tenants o where o.id = $1)
   where t.id = $1 and t.epoch = $2 and t.status in ('provisioning', 'failed')
  returning t.id, t.slug, t.status, t.activated_at, t.seats_as_of
), steps as (
  update acctl.tenant_steps s
     set status = x.status, attempts = s.attempts + x.attempts, error = x.error,
         started_at = clock_timestamp() - x.started_ms * interval '1 ms',
         finished_at = clock_timestamp() - x.finished_ms * interval '1 ms'
    from active a, jsonb_to_recordset($5::jsonb) as x(name text, status text, attempts integer, error text,
                                                      started_ms bigint, finished_ms bigint)
   where s.tenant_id = a.id and s.name = x.name
), entry as (
  insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, before, after)
  select $6, $7, $8, nullif($9, ''), e.action, 'done', a.id, a.slug, jsonb_build_object('status', e.was),
         jsonb_build_object('status', e.became)
    from active a,
         (values (1, 'tenant.activate', $10::text, 'active'), (2, 'tenant.suspend', 'active', 'suspended'))
           as e(place, action, was, became)
   where e.place = 1 or a.status = 'suspended' order by e.place
)
select to_char(a.activated_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), to_char(a.seats_as_of, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       a.status
  from active a

-- name: set_tenant_status
-- $3: the new status; $4: statuses it may come from. No row: a later run has taken over, or the status is another.
update acctl.tenants
   set status = $3, suspended_at = case when $3 = 'suspended' then now() end,
       status_before = case when $3 = 'deprovisioning' then coalesce(status_before, status) end,
       hold_until = case when $3 = 'deprovisioning' then now() + $5::bigint * interval '1 ms' end
 where id = $1 and epoch = $2 and status = any (string_to_array($4, ' '))
returning slug

-- name: remember_ledgers
-- Run $3 is entry $2 of the ledgers of tenants $1, beside each other. Only forward: of two runs at once the one that
-- comes later to the registry may be the earlier one.
update acctl.tenants t
   set ledger_id = x.entry, ledger_run = $3, ledger_at = now()
  from unnest($1::uuid[], $2::bigint[]) as x(tenant, entry)
 where t.id = x.tenant and (t.ledger_id is null or t.ledger_id < x.entry)

-- name: remember_seats
-- Of the tenants $1 (slugs), beside each other: $2 seats are taken.
update acctl.tenants t
   set seats_used = x.used, seats_as_of = now()
  from unnest($1::text[], $2::integer[]) as x(slug, used)
 where t.slug = x.slug and t.status <> 'deleted'

-- name: commit_without_waiting
-- For this transaction: a crash of the server may lose it.
select set_config('synchronous_commit', 'off', true)
