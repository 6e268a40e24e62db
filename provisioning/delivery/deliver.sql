-- name: lock_outbox
-- Whoever delivers a tenant's messages holds this row to the end of the transaction, so that nobody else sends them
-- too; no row: somebody else does. A mail server takes its time, and the transaction must not be ended for being idle.
select set_config('idle_in_transaction_session_timeout', '0', true) from acctl.outbox_lock for update skip locked

-- name: mails_due
-- How many mails are to be delivered now; of the run $1, or of any.
select count(*) from app.outbox o
 where o.status = 'queued' and o.not_before <= now() and ($1::text is null or o.run = $1)

-- name: begin_reading
savepoint reading

-- name: forget_reading
rollback to reading

-- name: due_mails
-- The next 25 messages (a number and no parameter, so that the plan is made once) with what their texts say. $1 as
-- above. The address is that of the invitation or user now, whatever the row says. The token is not stored; its hash
-- shows whether the one that is derived again is good. Rows that a transaction holds, which is about to cancel them for
-- instance, are left for later: they could not be marked. The messages are found first: joined to all users and sorted
-- then, each call would cost as much as the outbox is long.
with due as materialized (
  select * from app.outbox q
   where q.status = 'queued' and q.not_before <= now() and ($1::text is null or q.run = $1)
   order by q.not_before, q.id
   limit 25
     for no key update skip locked
)
select o.id, o.purpose, coalesce(i.email, u.email), left(u.name, 1000),
       to_char(o.queued_at at time zone 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "+0000"'),
       i.id, encode(o.nonce, 'hex'), encode(i.token_hash, 'hex'),
       to_char(i.expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), coalesce(left(a.name, 1000), ''),
       case when i.id is null then null
            when i.user_id <> u.id or lower(i.email) <> lower(u.email) then 'the invitation is for another address'
            when i.accepted_at is not null then 'the invitation was accepted'
            when i.revoked_at is not null then 'the invitation was revoked'
            when i.nonce is distinct from o.nonce then 'a newer invitation replaced it'
            when i.expires_at <= now() then 'the invitation expired before it could be sent' end
  from due o
  join app.users u on u.id = o.user_id
  left join app.invitations i on i.id = o.invitation_id
  left join app.authors a on a.id = i.invited_by
 order by o.not_before, o.id

-- name: mail_templates
-- The texts of the tenant, and under the key '' its name. Longer than any message can be, they are cut.
select t.key, left(t.subject, 1000), left(t.body_text, 1048577), left(t.body_html, 1048577)
  from app.email_templates t where t.key in ('invitation', 'invitation-resent', 'deactivated', 'reactivated')
 union all
select '', left(s.value #>> '{}', 1000), null, null from app.settings s where s.key = 'branding.name'

-- name: settle_mails
-- What became of the messages $1: $2 sent, deferred, failed or canceled, $3 why. A deferred one is tried again after a
-- minute, two, four ... six hours, each a quarter more or less, so that not all come at once; after five days it has
-- failed. What was sent is sent, though it was canceled meanwhile. A mail server may have taken its time since now().
update app.outbox o
   set status = case when x.outcome <> 'deferred' then x.outcome when o.attempts >= 26 then 'failed' else 'queued' end,
       attempts = o.attempts + case when x.outcome = 'canceled' then 0 else 1 end,
       error = x.error,
       sent_at = case when x.outcome = 'sent' then clock_timestamp() end,
       not_before = case when x.outcome <> 'deferred' then o.not_before
                         else clock_timestamp() + least(interval '1 minute' * 2 ^ least(o.attempts, 10), interval '6 hours')
                                      * (0.75 + random() / 2) end
  from unnest($1::uuid[], $2::text[], $3::text[]) as x(id, outcome, error)
 where o.id = x.id and (o.status = 'queued' or x.outcome = 'sent')

-- name: mails_waiting
-- Queued ones, due or not; of the run $1, or of any.
select count(*) from app.outbox o where o.status = 'queued' and ($1::text is null or o.run = $1)
