-- name: users_of_enterprise
-- In a tenant's database: everybody, with what they have there.
select lower(u.email), u.name, u.status,
       coalesce((select json_agg(r.key order by r.key collate "C")
                   from app.user_roles h join app.roles r on r.id = h.role_id
                  where h.user_id = u.id and (h.expires_at is null or h.expires_at > now())), '[]'),
       (select t.key from app.role_templates t where t.id = u.role_template_id),
       (select count(*) from app.api_keys k
         where k.user_id = u.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())),
       to_char(u.last_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.users u
 order by lower(u.email) collate "C"
