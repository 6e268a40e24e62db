-- name: role_list
-- $1: one role, or null for all.
select r.key, r.name, r.description, r.scope, r.system,
       exists (select from app.role_permissions e join app.permissions p on p.id = e.permission_id
                where e.role_id = r.id and p.key = '*'),
       r.manager, r.session_hours, (select count(*) from app.role_permissions e where e.role_id = r.id),
       (select count(*) from app.user_roles h where h.role_id = r.id and (h.expires_at is null or h.expires_at > now()))
  from app.roles r
 where $1::text is null or r.key = $1
 order by r.key collate "C"

-- name: permissions_of_role
select p.key, coalesce(e.level, p.widest_level)
  from app.roles r
  join app.role_permissions e on e.role_id = r.id
  join app.permissions p on p.id = e.permission_id
 where r.key = $1
 order by p.key collate "C"

-- name: role_holdings
-- Who holds a role: $1, or null for all; with $2 those that end within so many milliseconds, the first to end first.
select r.key, lower(u.email), u.status, to_char(h.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(h.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.user_roles h
  join app.roles r on r.id = h.role_id
  join app.users u on u.id = h.user_id
 where ($1::text is null or r.key = $1)
   and case when $2::bigint is null then h.expires_at is null or h.expires_at > now()
            else h.expires_at > now() and h.expires_at <= now() + $2::bigint * interval '1 ms' end
 order by case when $2::bigint is null then null else h.expires_at end, lower(u.email) collate "C", r.key collate "C"

-- name: overlapping_templates
-- Role templates that give something the role $1 gives too, those that share most first.
select t.key, count(*) filter (where r.permission_id is not null), count(*)
  from app.role_templates t
  join app.role_template_permissions e on e.role_template_id = t.id
  left join (select x.permission_id from app.role_permissions x join app.roles y on y.id = x.role_id and y.key = $1) r
    on r.permission_id = e.permission_id
 group by t.id
having count(r.permission_id) > 0
 order by 2 desc, t.key collate "C"

-- name: role_template_list
-- $1: one template, or null for all.
select t.key, t.name, t.description, t.manager,
       (select count(*) from app.role_template_permissions e where e.role_template_id = t.id),
       (select count(*) from app.users u where u.role_template_id = t.id)
  from app.role_templates t
 where $1::text is null or t.key = $1
 order by t.key collate "C"

-- name: permissions_of_role_template
select p.key, coalesce(e.level, p.widest_level)
  from app.role_templates t
  join app.role_template_permissions e on e.role_template_id = t.id
  join app.permissions p on p.id = e.permission_id
 where t.key = $1
 order by p.key collate "C"

-- name: holders_of_role_template
select lower(u.email), u.status, null
  from app.users u join app.role_templates t on t.id = u.role_template_id
 where t.key = $1
 order by lower(u.email) collate "C"
