-- name: user_list
-- $1: one user; $2 status, $3 role, $4 team, $5 milliseconds without a sign-in, $6 state of the
-- invitation, $7 permission, held at level $8 or a wider one; null does not narrow.
select lower(u.email), u.name, u.status,
       (select json_agg(r.key order by r.key collate "C")
          from app.user_roles h join app.roles r on r.id = h.role_id
         where h.user_id = u.id and (h.expires_at is null or h.expires_at > now())),
       t.key,
       (select json_agg(p.key || coalesce(':' || d.level, '') order by p.key collate "C")
          from app.user_permissions d join app.permissions p on p.id = d.permission_id where d.user_id = u.id),
       (select json_agg(m.key order by m.key collate "C")
          from app.team_members e join app.teams m on m.id = e.team_id
         where e.user_id = u.id and (e.expires_at is null or e.expires_at > now())),
       u.crm_access or exists (select from app.admins a where a.user_id = u.id), u.idp, u.session_hours,
       to_char(u.last_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(u.invited_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), v.state,
       to_char(i.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       (select json_agg(k.name order by k.name collate "C")
          from app.api_keys k
         where k.user_id = u.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))
  from app.users u
  left join app.invitations i on i.user_id = u.id and i.accepted_at is null and i.revoked_at is null
 cross join lateral (select case when u.status <> 'invited' then null
                                 when i.id is null then 'missing'
                                 when i.expires_at <= now() then 'expired'
                                 else 'pending' end as state) v
  left join app.role_templates t on t.id = u.role_template_id
 where ($1::text is null or lower(u.email) = $1)
   and ($2::text is null or u.status = $2)
   and ($3::text is null or exists (
         select from app.user_roles h join app.roles r on r.id = h.role_id
          where h.user_id = u.id and r.key = $3 and (h.expires_at is null or h.expires_at > now())))
   and ($4::text is null or exists (
         select from app.team_members e join app.teams m on m.id = e.team_id
          where e.user_id = u.id and m.key = $4 and (e.expires_at is null or e.expires_at > now())))
   and ($5::bigint is null or coalesce(u.last_sign_in_at, u.invited_at) < now() - $5::bigint * interval '1 ms')
   and ($6::text is null or v.state = $6)
   and ($7::text is null or u.id in (select w.user_id from app.permission_ways($7, $8) w))
 order by lower(u.email) collate "C"

-- name: users_signed_up
select lower(u.email) from app.users u where lower(u.email) = any ($1::text[]) and u.activated_at is not null

-- name: user_is_admin
select exists (select from app.admins a where lower(a.email) = $1)

-- name: users_listed_by_directory
-- Those of $1 whom a run of `user sync` that stands has made, changed or taken over: at an address only since the user
-- was added there or came there, and at the former address until then.
with recursive names as (
  select e.email, e.email as key, m.run_id as since, null::bigint as until
    from unnest($1::text[]) as e(email)
    left join lateral (select max(c.run_id) as run_id from acctl.changes c join acctl.runs r on r.id = c.run_id
                        where c.kind = 'users' and c.key = e.email
                          and (c.action = 'add' and r.undoes is null or c.action = 'change' and c.fields ? 'key')) m on true
   union all
  select n.email, c.fields -> 'key' ->> 'before', m.run_id, n.since
    from names n
    join acctl.changes c on c.run_id = n.since and c.kind = 'users' and c.key = n.key and c.action = 'change'
                        and c.fields ? 'key'
    left join lateral (select max(f.run_id) as run_id from acctl.changes f join acctl.runs r on r.id = f.run_id
                        where f.kind = 'users' and f.key = c.fields -> 'key' ->> 'before' and f.run_id < n.since
                          and (f.action = 'add' and r.undoes is null or f.action = 'change' and f.fields ? 'key')) m on true
)
select distinct n.email
  from names n
  join acctl.changes c on c.kind = 'users' and c.key = n.key and c.action <> 'remove'
                      and (n.since is null or c.run_id >= n.since) and (n.until is null or c.run_id < n.until)
  join acctl.runs r on r.id = c.run_id
 where r.undoes is null and (r.command = 'user sync' or c.fields -> 'manager' ->> 'before' = 'directory')
   and not exists (select from acctl.runs u where u.undoes = r.id and u.outcome = 'done')

-- name: users_of_enterprise
-- In a tenant's database: everybody, with what they have there.
select lower(u.email), u.name, u.status,
       coalesce((select json_agg(r.key order by r.key collate "C")
                   from app.user_roles h join app.roles r on r.id = h.role_id
                  where h.user_id = u.id and (h.expires_at is null or h.expires_at > now())), '[]'),
       (select t.key from app.role_templates t where t.id = u.role_template_id),
       (select count(*) from app.api_keys k
         where k.user_id = u.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())),
       to_char(u.last_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.users u
 order by lower(u.email) collate "C"
