-- name: review_permissions
select p.id, p.key, p.levels is not null, array_position(array['global', 'group', 'restricted'], p.widest_level)
  from app.permissions p order by p.key collate "C"

-- name: review_bundles
-- Roles and role templates, with their permissions and the level of each as a number, 1 is the widest.
select 'role', r.id, r.key, r.name, r.system,
       exists (select from app.user_roles h where h.role_id = r.id and (h.expires_at is null or h.expires_at > now())),
       (select array_to_json(array_agg(array[e.permission_id, array_position(array['global', 'group', 'restricted'],
                                                                            coalesce(e.level, p.widest_level)::text)]))
          from app.role_permissions e join app.permissions p on p.id = e.permission_id where e.role_id = r.id)
  from app.roles r
union all
select 'template', t.id, t.key, t.name, false, exists (select from app.users u where u.role_template_id = t.id),
       (select array_to_json(array_agg(array[e.permission_id, array_position(array['global', 'group', 'restricted'],
                                                                            coalesce(e.level, p.widest_level)::text)]))
          from app.role_template_permissions e join app.permissions p on p.id = e.permission_id
         where e.role_template_id = t.id)
  from app.role_templates t
 order by 1, 3

-- name: review_runs
-- By their time, which is that of what they added: both are the time of one transaction.
select r.at::text, r.run, r.actor from acctl.runs r where r.outcome = 'done'

-- name: review_has_keys
-- Whether there are keys for review_keys.
select exists (select from app.api_keys k
                where k.user_id is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))

-- name: review_keys
-- Keys that are no user's and have not ended: with what they say, and what they may do now.
select k.owner, k.name, k.prefix, r.key,
       (select json_agg(own.key || coalesce(':' || own.value, '') order by own.key collate "C")
          from jsonb_each_text(k.permissions) as own),
       (select json_agg(e.permission || coalesce(':' || e.level, '') order by e.permission collate "C")
          from app.api_key_permissions e where e.key_id = k.id),
       lower(m.email), to_char(k.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.last_used_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.api_keys k
  left join app.roles r on r.id = k.role_id
  left join app.users m on m.id = k.created_by
 where k.user_id is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
 order by k.owner, k.name collate "C"

-- name: review_people
-- Each user with all that is assigned, by email address. $1: milliseconds after which somebody who has not signed in is
-- inactive, $2: within which a grant that ends is expiring, $3: the most admins. Counts of all stand in each row. Times
-- are text as the server writes it, and so are the keys of review_runs.
declare review no scroll cursor for
with star as materialized (
  select p.id from app.permissions p where p.key = '*'
), way as (
  select h.user_id as id, h.expires_at
    from app.user_roles h join app.role_permissions e on e.role_id = h.role_id join star on star.id = e.permission_id
   where h.expires_at is null or h.expires_at > now()
  union all
  select u.id, null
    from app.users u join app.role_template_permissions e on e.role_template_id = u.role_template_id
    join star on star.id = e.permission_id
  union all
  select e.user_id, null from app.user_permissions e join star on star.id = e.permission_id
), admin as materialized (
  select w.id, case when bool_and(w.expires_at is not null) then max(w.expires_at) end as until from way w group by w.id
), expiring as materialized (
  select distinct h.user_id as id
    from app.user_roles h
   where h.expires_at > now() and h.expires_at <= now() + $2::bigint * interval '1 ms'
), looked_at as (
  select u.id, lower(u.email) as email, u.name, u.status, u.crm_access, u.role_template_id, u.last_sign_in_at,
         admin.id is not null and u.status <> 'suspended' as is_admin, admin.until as admin_until,
         coalesce(u.status = 'active' and u.last_sign_in_at < now() - $1::bigint * interval '1 ms', false) as inactive,
         u.last_sign_in_at is null and (u.status = 'active' or (
           u.status = 'invited' and u.invited_at < now() - $1::bigint * interval '1 ms')) as never,
         expiring.id is not null as is_expiring,
         case when u.status = 'invited' and i.id is null then 'no invitation'
              when u.status = 'invited' and i.expires_at <= now() then 'invitation expired' end as invitation
    from app.users u
    left join app.invitations i on i.user_id = u.id and i.accepted_at is null and i.revoked_at is null
    left join admin on admin.id = u.id
    left join expiring on expiring.id = u.id
), counted as (
  select l.*, l.is_admin and l.status = 'active' and (l.inactive or l.never) as needless,
         count(*) filter (where l.status = 'active') over () as active,
         count(*) filter (where l.status = 'invited') over () as invited,
         count(*) filter (where l.status = 'suspended') over () as suspended,
         count(*) filter (where l.is_admin) over () as admins,
         count(*) filter (where l.is_admin and l.admin_until is null) over () as permanent_admins,
         max(l.admin_until) filter (where l.is_admin) over () as last_admin_until,
         count(*) filter (where l.inactive) over () as inactive_people,
         count(*) filter (where l.never) over () as never_people,
         count(*) filter (where l.is_expiring) over () as expiring_people
    from looked_at l
)
select c.email, c.name, c.status, c.status <> 'suspended' and (c.crm_access or c.is_admin), c.role_template_id,
       c.last_sign_in_at::text, c.is_admin, c.inactive, c.never, c.needless, c.is_admin and c.admins > $3::bigint,
       c.is_expiring,
       (select string_agg(h.role_id || '@' || h.created_at || '@' || coalesce(h.expires_at::text, ''), ',')
          from app.user_roles h
         where h.user_id = c.id and (h.expires_at is null or h.expires_at > now())),
       (select string_agg(e.permission_id || '@' || e.created_at || '@' || coalesce(e.level, ''), ',')
          from app.user_permissions e where e.user_id = c.id),
       case when c.role_template_id is not null then
         (select r.at::text
            from acctl.changes x join acctl.runs r on r.id = x.run_id
           where x.kind = 'users' and x.key = c.email and x.action in ('add', 'change') and x.fields ? 'role_template'
             and r.outcome = 'done'
           order by r.id desc limit 1) end,
       now()::text, c.active, c.invited, c.suspended, c.admins, c.inactive_people, c.never_people, c.expiring_people,
       c.is_admin and c.permanent_admins = 0, case when c.permanent_admins = 0 then c.last_admin_until end::text,
       c.invitation,
       (select json_agg(k.name order by k.name collate "C")
          from app.api_keys k
         where k.user_id = c.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))
  from counted c
 order by c.email collate "C"

-- name: more_of_review
fetch 500 from review
