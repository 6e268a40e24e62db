-- name: holders_of_identities
-- Who has one of the external ids $2 at the providers $1, but for the users $3.
select lower(u.email), u.external_id, u.idp
  from unnest($1::text[], $2::text[]) as x(idp, external_id)
  join app.users u on u.idp = x.idp and u.external_id = x.external_id
 where lower(u.email) <> all ($3::text[])
