-- name: queue_notices
-- Messages $2 to the users $1 who have signed up, for the run $3. An address that is older than the rule for addresses
-- and breaks it gets none; the change itself is made.
insert into app.outbox (run, purpose, recipient, user_id)
select $3, x.purpose, u.email, u.id
  from unnest($1::text[], $2::text[]) as x(email, purpose)
  join app.users u on lower(u.email) = x.email
 where u.activated_at is not null and app.is_address(u.email)
on conflict do nothing
