-- name: owners_of_names
-- Of the tenants $1 and the names $2 that they want, pairwise: the place, and another tenant whose host name or support
-- address that is.
select x.place - 1, o.slug
  from unnest($1::uuid[], $2::text[]) with ordinality as x(tenant_id, name, place)
 cross join lateral (
         select t.slug
           from acctl.routes r join acctl.tenants t on t.id = r.tenant_id
          where r.hostname = x.name and t.id <> x.tenant_id
         union all
         select t.slug
           from acctl.tenants t
          where t.support_address = x.name and t.id <> x.tenant_id
         limit 1) o
