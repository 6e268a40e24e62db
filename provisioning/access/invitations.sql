-- name: invite_people
-- Invites those of $1 to $10 who are not there yet: user, roles ($11, $12), teams ($13, $14), invitation, mail, and the
-- entries of the ledger ($15: of the users; $16 its run, $17 entries that it has already). $18: how long the invitations
-- are good for, null for as long as the tenant's setting says; $19 names the run, $20 the user who invites ('': staff).
with term as materialized (
  select coalesce($18::bigint * interval '1 ms',
                  (select least(greatest((s.value #>> '{}')::numeric, 1), 90) * interval '1 day' from app.settings s
                    where s.key = 'invitations.expire_days' and jsonb_typeof(s.value) = 'number'),
                  interval '7 days') as lifetime
), input as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::integer[],
                       $8::uuid[], $9::text[], $10::text[], $15::text[])
                with ordinality as x(email, name, template, crm, idp, external_id, session_hours, invitation, nonce,
                                     hash, fields, place)
), fresh as (
  insert into app.users (email, name, role_template_id, crm_access, idp, external_id, session_hours)
  select x.email, x.name, t.id, x.crm, x.idp, x.external_id, x.session_hours
    from input x left join app.role_templates t on t.key = x.template
   order by x.place
  on conflict ((lower(email))) do nothing
  returning id, email
), guests as (
  select f.id, x.* from fresh f join input x on x.email = f.email
), invited as (
  insert into app.invitations (id, user_id, email, token_hash, nonce, expires_at, invited_by)
  select g.invitation, g.id, g.email, decode(g.hash, 'hex'), decode(g.nonce, 'hex'),
         now() + t.lifetime, (select u.id from app.users u where lower(u.email) = $20)
    from guests g cross join term t
), queued as (
  insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce)
  select $19, 'invitation', g.email, g.id, g.invitation, decode(g.nonce, 'hex') from guests g
), roles as (
  select f.id, r.id as role_id, x.email || '/' || x.key as key
    from unnest($11::text[], $12::text[]) as x(email, key)
    join fresh f on f.email = x.email join app.roles r on r.key = x.key
), held as (
  insert into app.user_roles (user_id, role_id) select r.id, r.role_id from roles r
), teams as (
  select f.id, t.id as team_id, x.key || '/' || x.email as key
    from unnest($13::text[], $14::text[]) as x(email, key)
    join fresh f on f.email = x.email join app.teams t on t.key = x.key
), joined as (
  insert into app.team_members (team_id, user_id) select t.team_id, t.id from teams t
), logged as (
  insert into acctl.changes (run_id, number, action, kind, key, fields)
  select $16::bigint, $17::bigint + row_number() over (order by e.part, e.place), 'add', e.kind, e.key, e.fields::jsonb
    from (select 1 as part, g.place, 'users' as kind, g.email as key, g.fields from guests g
          union all select 2, 0, 'user_roles', r.key, '{}' from roles r
          union all select 3, 0, 'team_members', t.key, '{}' from teams t) as e
)
select g.email from guests g

-- name: set_temporary_password
insert into app.credentials (user_id, password_hash, must_change)
select u.id, $2, true from app.users u where lower(u.email) = any ($1::text[])

-- name: invite_added
-- Invitations and messages for users that were just added, or whose invitation has just ended with a change of address
-- or status, by the run $6 and the user $7 ('': by staff). $5: how long they are good for, null for as long as the
-- tenant's setting says. Who is invited already, by a run that has overtaken this one, stays as they are.
with term as materialized (
  select coalesce($5::bigint * interval '1 ms',
                  (select least(greatest((s.value #>> '{}')::numeric, 1), 90) * interval '1 day' from app.settings s
                    where s.key = 'invitations.expire_days' and jsonb_typeof(s.value) = 'number'),
                  interval '7 days') as lifetime
), guests as (
  select u.id, u.email, x.invitation, decode(x.nonce, 'hex') as nonce, decode(x.hash, 'hex') as hash
    from unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) as x(email, invitation, nonce, hash)
    join app.users u on lower(u.email) = x.email and u.status = 'invited'
), invited as (
  insert into app.invitations (id, user_id, email, token_hash, nonce, expires_at, invited_by)
  select g.invitation, g.id, g.email, g.hash, g.nonce, now() + t.lifetime,
         (select u.id from app.users u where lower(u.email) = $7)
    from guests g cross join term t
  on conflict do nothing
  returning id, user_id, email, nonce
)
insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce)
select $6, 'invitation', i.email, i.user_id, i.id, i.nonce from invited i

-- name: identities_taken
-- Of people with the addresses $1 those whose external ids ($3, of the providers $2) others have; $4: whether the
-- provider ignores case.
select x.email, lower(u.email)
  from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as x(email, idp, external_id, folds)
  join app.users u on u.idp = x.idp and lower(u.external_id collate "C") = lower(x.external_id collate "C")
 where (x.folds or u.external_id = x.external_id) and lower(u.email) <> x.email
 order by x.email collate "C"

-- name: known_keys
-- What an invitation can name; of roles whether it is a base role, and one that does not give everything.
select 'role', r.key, r.scope, r.base,
       r.base and not exists (select from app.role_permissions x join app.permissions p on p.id = x.permission_id
                               where x.role_id = r.id and p.key = '*')
  from app.roles r
 union all select 'role template', t.key, null, false, false from app.role_templates t
 union all select 'team', t.key, null, false, false from app.teams t

-- name: people_present
-- How those of $1 stand who are there already, with their roles and whether their invitation is still good.
select lower(u.email), u.status,
       exists (select from app.invitations i where i.user_id = u.id and i.accepted_at is null and i.revoked_at is null
                  and i.expires_at > now()),
       (select string_agg(r.key, ' ' order by r.key collate "C")
          from app.user_roles h join app.roles r on r.id = h.role_id
         where h.user_id = u.id and (h.expires_at is null or h.expires_at > now()))
  from app.users u where lower(u.email) = any ($1::text[])
 order by 1

-- name: invitation_of_token
select lower(i.email), i.accepted_at is not null, i.revoked_at is not null, i.expires_at <= now(), u.status
  from app.invitations i join app.users u on u.id = i.user_id
 where i.token_hash = decode($1, 'hex')

-- name: accept_invitation
-- What the application does: used up by one conditional update.
with accepted as (
  update app.invitations
     set accepted_at = now()
   where token_hash = decode($1, 'hex') and accepted_at is null and revoked_at is null and expires_at > now()
  returning user_id
), settled as (
  update app.outbox o set status = 'canceled', error = 'the invitation was accepted'
    from accepted a where o.user_id = a.user_id and o.status in ('queued', 'held') and o.invitation_id is not null
)
update app.users u set status = 'active' from accepted a where u.id = a.user_id and u.status = 'invited'
returning lower(u.email)
