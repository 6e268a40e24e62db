-- name: people_to_announce_to
-- If the tenant's settings say that its administrators are told of visits: those who can sign in, or one row with null
-- if there is none; what the tenant is called, and the time for the header of a message.
select lower(a.email), (select b.value #>> '{}' from app.settings b where b.key = 'branding.name'),
       to_char(now() at time zone 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "+0000"')
  from app.settings s
  left join app.admins a on a.status = 'active'
 where s.key = 'support.announce_access' and s.value = 'true'
 order by 1
