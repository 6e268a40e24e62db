-- name: people_to_announce_to
-- The tenant's administrators who can sign in, if its settings say that they are told of visits; what it is called, and
-- the time for the header of a message.
select lower(a.email), (select s.value #>> '{}' from app.settings s where s.key = 'branding.name'),
       to_char(now() at time zone 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "+0000"')
  from app.admins a
 where a.status = 'active'
   and exists (select from app.settings s where s.key = 'support.announce_access' and s.value = 'true')
 order by 1
