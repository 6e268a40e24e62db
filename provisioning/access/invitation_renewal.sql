-- name: renew_invitations
-- Fresh tokens for those of $1 who have not signed up: of the pending invitations, or of new ones ($2 their ids). The
-- messages that wait with the old links are canceled. Selects who has one now: not those who have signed up meanwhile.
-- $5: how long they are good for, null for as long as the tenant's setting says.
with term as materialized (
  select coalesce($5::bigint * interval '1 ms',
                  (select least(greatest((s.value #>> '{}')::numeric, 1), 90) * interval '1 day' from app.settings s
                    where s.key = 'invitations.expire_days' and jsonb_typeof(s.value) = 'number'),
                  interval '7 days') as lifetime
), guest as (
  select u.id, u.email, x.place, x.email as address, x.invitation, decode(x.nonce, 'hex') as nonce,
         decode(x.hash, 'hex') as hash
    from unnest($1::text[], $2::uuid[], $3::text[], $4::text[])
           with ordinality as x(email, invitation, nonce, hash, place)
    join app.users u on lower(u.email) = x.email and u.status = 'invited'
), renewed as (
  update app.invitations i
     set nonce = g.nonce, token_hash = g.hash, resends = i.resends + 1,
         expires_at = now() + t.lifetime, email = g.email
    from guest g cross join term t
   where i.user_id = g.id and i.accepted_at is null and i.revoked_at is null
  returning i.id, i.user_id
), made as (
  insert into app.invitations (id, user_id, email, token_hash, nonce, expires_at)
  select g.invitation, g.id, g.email, g.hash, g.nonce, now() + t.lifetime
    from guest g cross join term t where not exists (select from renewed r where r.user_id = g.id)
  returning id, user_id
), stale as (
  update app.outbox o set status = 'canceled', error = 'a fresh invitation took its place'
    from guest g where o.user_id = g.id and o.status in ('queued', 'held') and o.invitation_id is not null
), queued as (
  insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce)
  select $6, 'resend', g.email, g.id, i.id, g.nonce
    from guest g join (select * from renewed union all select * from made) i on i.user_id = g.id
)
select g.address
  from guest g join (select * from renewed union all select * from made) i on i.user_id = g.id
 order by g.place

-- name: pending_invitations
-- Of the users $1, in their order: status (null for nobody), and the id of the invitation that waits for an answer.
select x.email, u.status, i.id
  from unnest($1::text[]) with ordinality as x(email, place)
  left join app.users u on lower(u.email) = x.email
  left join app.invitations i on i.user_id = u.id and i.accepted_at is null and i.revoked_at is null
 order by x.place

-- name: invited_people
-- Who has not signed up: all ($1), or those who could not, for their invitation has expired or is missing.
select lower(u.email)
  from app.users u
 where u.status = 'invited'
   and ($1 or not exists (select from app.invitations i
                           where i.user_id = u.id and i.accepted_at is null and i.revoked_at is null
                             and i.expires_at > now()))
 order by lower(u.email) collate "C"
