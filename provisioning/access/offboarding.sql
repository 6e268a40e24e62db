-- name: people_of_addresses
-- The people (ids of the registry) behind addresses of this tenant, present or former.
select distinct h.person
  from acctl.enterprise_holdings h join app.users u on u.id = h.user_id
 where lower(u.email) = any ($1::text[]) or h.known_as = any ($1::text[])

-- name: linked_addresses
-- The other addresses, present and former, of users who have or had one of the addresses $1, as the ledger tells of
-- changes of address. A former address that somebody else has now leads to nobody, and a change that is older than the
-- user who has the address now was another's.
with recursive renamed as (
  select r.id, r.at, c.fields -> 'key' ->> 'before' as former, c.key as next
    from acctl.changes c join acctl.runs r on r.id = c.run_id
   where c.kind = 'users' and c.action = 'change' and c.fields ? 'key' and r.outcome = 'done'
), later as (
  select n.id, n.at, n.next from renamed n
   where n.former = any ($1::text[]) and not exists (select from app.users u where lower(u.email) = n.former)
  union
  select n.id, n.at, n.next from later l join renamed n on n.former = l.next and n.id > l.id
), earlier as (
  select n.id, n.former, u.created_at
    from renamed n join app.users u on lower(u.email) = n.next
   where n.next = any ($1::text[]) and n.at >= u.created_at
  union
  select n.id, n.former, e.created_at
    from earlier e join renamed n on n.next = e.former and n.id < e.id and n.at >= e.created_at
)
select l.next from later l join app.users u on lower(u.email) = l.next and u.created_at <= l.at
union
select e.former from earlier e where not exists (select from app.users u where lower(u.email) = e.former)

-- name: directory_identities
-- Of users who have one of the addresses $1 or of the external ids $2: the identity provider, the id there, and who
-- issues it, as far as the tenant has said so.
select lower(u.email), u.idp, u.external_id, coalesce(p.issuer, '')
  from app.users u left join app.identity_providers p on p.key = u.idp
 where u.external_id is not null and u.idp <> 'local'
   and (lower(u.email) = any ($1::text[]) or u.external_id = any ($2::text[]))

-- name: users_of_people
-- The users who have one of the addresses $1 or are linked to one of the people $2.
select lower(u.email)
  from app.users u
 where lower(u.email) = any ($1::text[])
    or u.id in (select h.user_id from acctl.enterprise_holdings h where h.person::text = any ($2::text[]))
 order by 1

-- name: remains_of_users
-- Of each of the users $1: everything that lets them in or could again, and the open work that is assigned to them.
select lower(u.email), u.status,
       (select count(*) from app.user_roles h where h.user_id = u.id and (h.expires_at is null or h.expires_at > now())),
       (select count(*) from app.user_permissions p where p.user_id = u.id),
       u.role_template_id is not null,
       (select count(*) from app.team_members m
         where m.user_id = u.id and (m.expires_at is null or m.expires_at > now())),
       u.crm_access,
       (select count(*) from app.sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now()),
       (select count(*) from app.api_keys k
         where u.id in (k.user_id, k.created_by) and k.revoked_at is null
           and (k.expires_at is null or k.expires_at > now())),
       (select count(*) from app.invitations i
         where i.user_id = u.id and i.accepted_at is null and i.revoked_at is null),
       (select count(*) from acctl.enterprise_holdings e where e.user_id = u.id),
       (select coalesce(json_agg(t.id order by t.id), '[]')
          from app.tickets t join app.statuses s on s.id = t.status_id
         where t.assignee_id = u.id and s.category <> 'done'),
       (select coalesce(json_agg(i.id order by i.id), '[]')
          from app.items i join app.statuses s on s.id = i.status_id
         where i.assignee_id = u.id and s.category <> 'done')
  from app.users u
 where lower(u.email) = any ($1::text[])
 order by 1

-- name: end_ways_in
-- Sessions, keys and invitations of the users $1, whatever their status was, keys that they made for others, and what
-- links them to an enterprise.
with leaver as (
  select u.id from app.users u where lower(u.email) = any ($1::text[])
), sessions as (
  update app.sessions s set ended_at = now() from leaver l where s.user_id = l.id and s.ended_at is null
), keys as (
  update app.api_keys k set revoked_at = now()
    from leaver l where l.id in (k.user_id, k.created_by) and k.revoked_at is null
), invitations as (
  update app.invitations i set revoked_at = now()
    from leaver l where i.user_id = l.id and i.accepted_at is null and i.revoked_at is null
), mails as (
  update app.outbox o set status = 'canceled', error = 'the invitation was revoked'
    from leaver l where o.user_id = l.id and o.status in ('queued', 'held') and o.invitation_id is not null
)
delete from acctl.enterprise_holdings h using leaver l where h.user_id = l.id

-- name: reassign_open_work
-- Of the users $1 to the active user $2. Undo gives it back.
with heir as (
  select u.id from app.users u where lower(u.email) = $2 and u.status = 'active'
), leaver as (
  select u.id, lower(u.email) as email from app.users u where lower(u.email) = any ($1::text[])
), tickets as (
  update app.tickets t set assignee_id = h.id
    from heir h, leaver l, app.statuses s
   where t.assignee_id = l.id and s.id = t.status_id and s.category <> 'done'
  returning l.email, t.id
), items as (
  update app.items i set assignee_id = h.id
    from heir h, leaver l, app.statuses s
   where i.assignee_id = l.id and s.id = i.status_id and s.category <> 'done'
  returning l.email, i.id
)
insert into acctl.released_work (kind, key, work, ids, returned, heir)
select 'users', x.email, x.work, array_agg(x.id), false, $2
  from (select email, 'tickets' as work, id from tickets union all select email, 'items', id from items) x
 group by x.email, x.work
