-- name: enterprise_people_here
-- Of the people $1 (ids of the registry, '' for one it does not know yet), whom it knows under the addresses $2: their
-- place in the lists, address and status here. Whoever is linked is that person under whatever address; else the
-- address decides, the present one before the one that was linked last.
select distinct on (w.place) w.place, lower(u.email), u.status
  from unnest($1::text[], $2::text[]) with ordinality as w(person, email, place)
  join app.users u
    on lower(u.email) = w.email
    or u.id in (select h.user_id from acctl.enterprise_holdings h
                 where h.person::text = w.person or (h.known_as = w.email and w.person = ''))
 order by w.place,
          exists (select from acctl.enterprise_holdings h where h.user_id = u.id and h.person::text = w.person) desc,
          lower(u.email) = w.email desc, u.id

-- name: link_enterprise_grants
-- To the users $1 the roles $2 by the grants of the people $3, known as $4; $5 whether they had the role before, $6
-- until when. What was linked before stays kept only where both say so.
insert into acctl.enterprise_holdings as h (user_id, role, person, known_as, kept, kept_until)
select u.id, x.role, x.person::uuid, x.known_as, x.kept, x.kept_until::timestamptz
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[])
       as x(email, role, person, known_as, kept, kept_until)
  join app.users u on lower(u.email) = x.email
on conflict (user_id, role) do update
   set person = excluded.person, known_as = excluded.known_as, kept = h.kept and excluded.kept,
       kept_until = case when h.kept and excluded.kept then h.kept_until end

-- name: unlink_enterprise_grants
delete from acctl.enterprise_holdings h
 using unnest($1::text[], $2::text[]) as x(email, role), app.users u
 where lower(u.email) = x.email and h.user_id = u.id and h.role = x.role
