-- name: users_without_invitation
-- Invited users who were never sent an invitation: those that a tenant is seeded with.
select lower(u.email) from app.users u
 where u.status = 'invited' and not exists (select from app.invitations i where i.user_id = u.id)
 order by 1

-- name: mails_to_send
-- How many messages of earlier runs will leave with those of this one, or stay held as this session says.
select count(*) from app.outbox o
 where o.status = case when current_setting('acctl.hold_mail', true) = 'on' then 'held' else 'queued' end
