-- name: outbox_list
-- Of the status $1, of any where it is null, else queued, held and failed ones where it is ''; $2 one recipient.
select o.id, o.purpose, o.recipient, o.status, o.attempts, o.error, o.run,
       to_char(o.queued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       case when o.status = 'queued'
            then to_char(o.not_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
       to_char(o.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.outbox o
 where case when $1::text is null then true when $1 = '' then o.status in ('queued', 'held', 'failed') else o.status = $1 end
   and ($2::text is null or lower(o.recipient) = $2)
 order by o.queued_at, o.id

-- name: retry_mails
-- Failed messages wait again, and deferred ones are due at once: those to $1, all where it is null. An invitation that
-- is not good any more stays as it is. A session that holds its messages holds these, too.
update app.outbox o
   set status = case when current_setting('acctl.hold_mail', true) = 'on' then 'held' else 'queued' end, attempts = 0, not_before = now(), error = null
 where (o.status = 'failed' or (o.status = 'queued' and o.not_before > now()))
   and ($1::text[] is null or lower(o.recipient) = any ($1))
   and (o.invitation_id is null
        or exists (select from app.invitations i
                    where i.id = o.invitation_id and i.nonce = o.nonce and i.accepted_at is null
                      and i.revoked_at is null and i.expires_at > now()))
returning lower(o.recipient)

-- name: release_mails
update app.outbox o set status = 'queued', not_before = now() where o.status = 'held' returning o.id

-- name: last_mail
-- The latest mail to the user $1 and what became of it.
select o.purpose, o.status, o.attempts, o.error,
       to_char(coalesce(o.sent_at, o.queued_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.outbox o join app.users u on u.id = o.user_id
 where lower(u.email) = $1
 order by o.queued_at desc, o.id desc limit 1
