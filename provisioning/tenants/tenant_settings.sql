-- name: registered_settings
-- What staff can change about the tenants $1 (ids, null for all), or about those that registry files of manager $2 declare,
-- and what each may use. Domains: host name and whether it is verified, separated by a space, the list by commas.
select t.id, t.slug, t.status, t.name, t.plan, t.subscription,
       case when t.subscription = 'trialing'
            then to_char(t.trial_ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
       t.seats, t.limits, t.features, t.labels,
       (select string_agg(r.hostname || case when r.verified_at is null then ' unverified' else ' verified' end, ',')
          from acctl.routes r where r.tenant_id = t.id and r.custom),
       t.admin_email, t.admin_name, t.notes, t.manager, t.declared,
       e.plan, e.seats, e.projects, e.storage_bytes, e.features
  from acctl.tenants t join acctl.entitlements e on e.tenant_id = t.id
 where t.status <> 'deleted' and ($1::uuid[] is null or t.id = any ($1::uuid[]))
   and ($2::text is null or t.manager = $2)
 order by t.slug collate "C"

-- name: lock_settings
-- Whoever changes them, too, waits until this transaction ends. In order, so that two of them do not wait for each other.
select t.id from acctl.tenants t where t.id = any ($1::uuid[]) order by t.id for update

-- name: write_settings
-- $1: [{"id", "set": {column: value}, "labels": {}, "labels_gone": [], "limits": {}, "limits_gone": [], "features": {},
-- "features_gone": [], "domains": [] (new ones), "domains_verified": [], "domains_gone": [], "manager", "declared"}].
with asked as (
  select *
    from jsonb_to_recordset($1::jsonb) as x(
           id uuid, set jsonb, labels jsonb, labels_gone jsonb, limits jsonb, limits_gone jsonb, features jsonb,
           features_gone jsonb, domains jsonb, domains_verified jsonb, domains_gone jsonb, manager text,
           declared jsonb)
), written as (
  update acctl.tenants t
     set name = coalesce(x.set ->> 'name', t.name),
         plan = coalesce(x.set ->> 'plan', t.plan),
         subscription = coalesce(x.set ->> 'subscription', t.subscription),
         trial_ends_at = case when x.set ? 'trial_ends_at' then (x.set ->> 'trial_ends_at')::timestamptz
                              else t.trial_ends_at end,
         seats = case when x.set ? 'seats' then (x.set ->> 'seats')::integer else t.seats end,
         notes = case when x.set ? 'notes' then x.set ->> 'notes' else t.notes end,
         admin_email = coalesce(x.set ->> 'admin_email', t.admin_email),
         admin_name = coalesce(x.set ->> 'admin_name', t.admin_name),
         labels = (t.labels - array(select jsonb_array_elements_text(x.labels_gone))) || x.labels,
         limits = (t.limits - array(select jsonb_array_elements_text(x.limits_gone))) || x.limits,
         features = (t.features - array(select jsonb_array_elements_text(x.features_gone))) || x.features,
         manager = coalesce(x.manager, t.manager),
         declared = coalesce(x.declared, t.declared)
    from asked x
   where t.id = x.id and t.status <> 'deleted'
  returning t.id
), gone as (
  delete from acctl.routes r using asked x
   where r.tenant_id = x.id and r.custom and x.domains_gone ? r.hostname
), verified as (
  update acctl.routes r set verified_at = now() from asked x
   where r.tenant_id = x.id and r.custom and r.verified_at is null and x.domains_verified ? r.hostname
), reserved as (
  insert into acctl.routes (hostname, tenant_id, custom, verified_at)
  select d.hostname, x.id, true, case when x.domains_verified ? d.hostname then now() end
    from asked x, jsonb_array_elements_text(x.domains) as d(hostname)
)
select count(*) from written

-- name: record_settings
-- $1: [{"id", "before": {}, "after": {}}]; $2 to $5 who acts, $6 the action. One audit entry for each tenant whose settings
-- change. An entry keeps all other writers of the trail waiting until the transaction ends, so this comes last.
insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, before, after)
select $2, $3, $4, nullif($5, ''), $6, 'done', t.id, t.slug, x.before, x.after
  from jsonb_to_recordset($1::jsonb) as x(id uuid, before jsonb, after jsonb) join acctl.tenants t on t.id = x.id
 where x.after <> '{}' order by t.slug collate "C"

-- name: known_names
-- The plans, the features that they speak of, and what else a registry file names.
select 'plan', p.key from acctl.plans p
union all select distinct 'feature', f.key from acctl.plans p cross join lateral jsonb_object_keys(p.features) f(key)
union all select 'server', s.name from acctl.servers s where s.state <> 'removed'
union all select distinct 'region', s.region from acctl.servers s where s.state <> 'removed'
union all select 'enterprise', e.key from acctl.enterprises e

-- name: owners_of_domains
-- To which tenants the host names $1 belong.
select r.hostname, t.slug from acctl.routes r join acctl.tenants t on t.id = r.tenant_id where r.hostname = any ($1::text[])

-- name: release
-- With its audit entries: $3 to $6 who acts.
with released as (
  update acctl.tenants set manager = null, declared = null where manager = $1 and slug = any ($2::text[])
  returning id, slug
)
insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, before, after)
select $3, $4, $5, nullif($6, ''), 'tenant.apply', 'done', r.id, r.slug, jsonb_build_object('manager', $1::text),
       jsonb_build_object('manager', null)
  from released r order by r.slug
