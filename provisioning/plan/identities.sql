-- name: holders_of_identities
-- Who has one of the external ids $2 at the providers $1; $3: whether the provider ignores case, the id is in lower case
-- then. Two joins, for the first one is served by the index.
select lower(u.email), u.external_id, u.idp
  from unnest($1::text[], $2::text[], $3::boolean[]) as x(idp, external_id, folds)
  join app.users u on u.idp = x.idp and u.external_id = x.external_id
 where not x.folds
union all
select lower(u.email), u.external_id, u.idp
  from unnest($1::text[], $2::text[], $3::boolean[]) as x(idp, external_id, folds)
  join app.users u on u.idp = x.idp and lower(u.external_id collate "C") = x.external_id
 where x.folds
