#include "tests/support/oracle.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "provisioning/base/embedded.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl::test {

namespace {

using Violations = std::vector<std::string>;

// Each of these returns a sentence per violation. $flight is the slug in flight, as a literal.

constexpr const char* audit_checks = R"(
with chained as (
  select a.*, row_number() over (order by a.id),
         lag(a.hash, 1, sha256('acctl audit')) over (order by a.id) as before_it,
         lag(a.hash) over (partition by a.tenant_id order by a.id) as before_it_of_tenant
    from acctl.audit a
)
select format('audit entry %s: its hash is not that of its content', id) from acctl.audit a
 where a.hash <> acctl.audit_entry_hash(a)
union all
select format('audit entry %s: an entry before it is missing', id) from chained where id <> row_number
union all
select format('audit entry %s: does not follow the entry before it', id) from chained where previous <> before_it
union all
select format('audit entry %s: does not follow the tenant''s entry before it', id) from chained
 where tenant_id is not null and tenant_previous is distinct from before_it_of_tenant
union all
select 'the head of the audit trail is not its last entry' from acctl.audit_head h
 where h.hash <> coalesce((select a.hash from acctl.audit a order by a.id desc limit 1), sha256('acctl audit'))
)";

// Replays the trail: each status must be the one that the entries lead to, each by exactly one entry.
constexpr const char* trail_checks = R"(
with effect(action, came_from, leads_to) as (values
  ('tenant.create', array[]::text[], 'provisioning'),
  ('tenant.activate', array['provisioning'], 'active'),
  ('tenant.suspend', array['active'], 'suspended'),
  -- A deletion that is called off leads back to what was before it, as the entry says.
  ('tenant.resume', array['suspended', 'deprovisioning'], null),
  ('tenant.deprovision', array['provisioning', 'active', 'suspended'], 'deprovisioning'),
  ('tenant.delete', array['deprovisioning'], 'deleted')
), entry as (
  select a.id, a.slug, a.tenant_id, a.action, e.came_from, coalesce(e.leads_to, a.after ->> 'status') as leads_to,
         lag(coalesce(e.leads_to, a.after ->> 'status')) over (partition by a.tenant_id order by a.id) as was
    from acctl.audit a join effect e using (action) where a.outcome = 'done'
)
select format('audit entry %s: %s of %s, which was %s', id, action, slug, coalesce(was, 'not there')) from entry
 where case when cardinality(came_from) = 0 then was is not null else was is null or was <> all (came_from) end
union all
select format('tenant %s is %s, and the audit trail says %s', t.slug, t.status, coalesce(last.leads_to, 'nothing'))
  from acctl.tenants t
  left join lateral (select e.leads_to from entry e where e.tenant_id = t.id order by e.id desc limit 1) last on true
 where case t.status when 'failed' then 'provisioning' else t.status end is distinct from last.leads_to
)";

constexpr const char* registry_checks = R"(
select format('tenant %s is %s and routed as %s', t.slug, t.status, r.hostname)
  from acctl.published_routes r join acctl.tenants t on t.id = r.tenant_id where t.status <> 'active'
union all
select format('tenant %s is active and lacks %s', t.slug, x.what)
  from acctl.tenants t
 cross join lateral (values
    ('a route', exists (select from acctl.published_routes r where r.tenant_id = t.id)),
    ('a support address', t.support_address is not null),
    ('a storage', t.storage is not null),
    ('a step that is done', (select count(*) = 8 and bool_and(s.status = 'done') from acctl.tenant_steps s
                              where s.tenant_id = t.id)),
    ('its database', exists (select from pg_database d where d.datname = t.database_name and d.datallowconn
                                and d.datconnlimit <> -2
                                and shobj_description(d.oid, 'pg_database') = 'acctl tenant ' || t.id)),
    ('its role', exists (select from pg_roles r where r.rolname = t.app_role
                            and shobj_description(r.oid, 'pg_authid') = 'acctl tenant ' || t.id)),
    ('its owner', exists (select from pg_database d where d.datname = t.database_name
                             and d.datdba = to_regrole(t.owner_role))),
    ('a door for its application alone', not exists (
        select from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
         where d.datname = t.database_name and a.grantee = 0)),
    ('the login of its application', t.slug = $flight or exists (
        select from pg_roles r where r.rolname = t.app_role and r.rolcanlogin))
  ) as x(what, present)
 where t.status = 'active' and not x.present
union all
select format('tenant %s is deleted and still has %s', t.slug, x.what)
  from acctl.tenants t
 cross join lateral (values
    ('a route', exists (select from acctl.routes r where r.tenant_id = t.id)),
    ('a support address', t.support_address is not null),
    ('a storage', t.storage is not null),
    ('a role', exists (select from pg_roles r where r.rolname = t.app_role))
  ) as x(what, present)
 where t.status = 'deleted' and x.present
union all
select format('tenant %s is %s and its application can log in', t.slug, t.status)
  from acctl.tenants t join pg_roles r on r.rolname = t.app_role
 where t.status in ('suspended', 'deprovisioning') and r.rolcanlogin and t.slug <> $flight
union all
select format('tenant %s is held for deletion, and its database %s is in reach', t.slug, d.datname)
  from acctl.tenants t
  join pg_database d on d.datname in (t.database_name, 'acctl_deleted_' || substr(replace(t.id::text, '-', ''), 1, 12))
 where t.status = 'deprovisioning' and d.datallowconn and t.slug <> $flight
   and shobj_description(d.oid, 'pg_database') = 'acctl tenant ' || t.id
union all
select format('step %s of tenant %s is %s after %s attempts%s', s.name, t.slug, s.status, s.attempts,
              ', from ' || s.started_at || ' to ' || s.finished_at)
  from acctl.tenant_steps s join acctl.tenants t on t.id = s.tenant_id
 where (s.status = 'pending') <> (s.attempts = 0) or (s.status = 'pending') <> (s.started_at is null)
    or s.finished_at < s.started_at
    or (s.name = 'activate' and s.status = 'done' and t.activated_at is null)
union all
select format('database %s bears acctl''s mark and belongs to no tenant: %s', d.datname, x.mark)
  from pg_database d
  left join pg_roles o on o.oid = d.datdba
 cross join lateral (
   select coalesce(shobj_description(d.oid, 'pg_database'), shobj_description(o.oid, 'pg_authid'))) as x(mark)
 where x.mark like 'acctl tenant %'
   and not exists (select from acctl.tenants t where x.mark = 'acctl tenant ' || t.id and t.status <> 'deleted')
union all
select format('database %s is of acctl''s owner and belongs to no tenant', d.datname)
  from pg_database d
 where d.datdba = to_regrole('acctl_owner') and shobj_description(d.oid, 'pg_database') is null
   and not exists (select from acctl.tenants t where t.database_name = d.datname and t.status <> 'deleted')
union all
select format('role %s belongs to no tenant', r.rolname) from pg_roles r
 where (r.rolname ~ '^acctl_[0-9a-f]{12}_(owner|app)$' or shobj_description(r.oid, 'pg_authid') like 'acctl tenant %')
   and not exists (select from acctl.tenants t where r.rolname in (t.owner_role, t.app_role)
                      and shobj_description(r.oid, 'pg_authid') = 'acctl tenant ' || t.id and t.status <> 'deleted')
union all
select format('%s is still a member of %s', m.member::regrole, m.roleid::regrole)
  from pg_auth_members m join acctl.tenants t on m.roleid = to_regrole(t.app_role) and not m.admin_option
 where t.slug <> $flight
)";

constexpr const char* control_shape = R"(
select format('the control database has no %s', x.what)
  from (values ('server', exists (select from acctl.servers)),
               ('base domain', exists (select from acctl.settings where key = 'base_domain')),
               ('storage root', exists (select from acctl.settings where key = 'storage_root')),
               ('plans', (select count(*) >= 3 from acctl.plans)),
               ('shared roles', (select count(*) = 4 from pg_roles
                  where rolname in ('acctl_app', 'acctl_operator', 'acctl_owner', 'acctl_provisioner'))),
               ('role that may work in tenants', exists (select from pg_auth_members m
                  where m.roleid = to_regrole('acctl_operator') and m.member = to_regrole('acctl'))))
    as x(what, present)
 where not x.present
)";

// In an active tenant's database; $id, $seats, $email.
constexpr const char* tenant_checks = R"(
select format('it says that it belongs to %s', coalesce((select t.tenant_id::text from acctl.tenant t), 'nobody'))
 where $id is distinct from (select t.tenant_id::text from acctl.tenant t)
union all
select format('%s users on %s seats', count(*), $seats) from app.users having count(*) > coalesce($seats, count(*))
union all
select 'it has no usable administrator' where not exists (select from app.users u join app.admins a on a.user_id = u.id
                                                           where u.status in ('invited', 'active'))
union all
select 'the administrator who was asked for is missing'
 where not exists (select from app.users u where lower(u.email) = lower($email))
union all
select format('it has no %s', x.what)
  from (values ('roles', exists (select from app.roles)), ('statuses', exists (select from app.statuses)),
               ('priorities', exists (select from app.priorities)),
               ('name of its own', exists (select from app.settings where key = 'branding.name')))
    as x(what, present) where not x.present
)";

// The ways in: one living token for each person, one mail for each occasion, nothing for the suspended.
constexpr const char* access_checks = R"(
select format('%s living invitations of %s', count(*), u.email)
  from app.invitations i join app.users u on u.id = i.user_id where i.accepted_at is null and i.revoked_at is null
 group by u.email having count(*) > 1
union all
select format('%s mails of run %s to %s: %s', count(*), o.run, o.recipient, o.purpose) from app.outbox o
 group by o.run, o.recipient, o.purpose having count(*) > 1
union all
select format('a mail with the link of an invitation of %s that is over', o.recipient)
  from app.outbox o join app.invitations i on i.id = o.invitation_id
 where o.status in ('queued', 'held') and (i.accepted_at is not null or i.revoked_at is not null or i.nonce <> o.nonce)
union all
select format('the mail of run %s that is not in the ledger', o.run) from app.outbox o
 where o.run <> 'seed' and not exists (select from acctl.runs r where r.run = o.run and r.outcome = 'done')
union all
select format('%s is suspended and has a way in', u.email) from app.users u
 where u.status = 'suspended'
   and (exists (select from app.sessions s where s.user_id = u.id and s.ended_at is null)
        or exists (select from app.api_keys k where k.user_id = u.id and k.revoked_at is null)
        or exists (select from app.invitations i where i.user_id = u.id and i.accepted_at is null and i.revoked_at is null))
)";

// The ledger of a tenant: each run is whole, and what it says last of an object is what is there.
constexpr const char* ledger_checks = R"(
select format('run %s is done and changed nothing', r.run) from acctl.runs r
 where r.outcome = 'done' and r.message is null and not exists (select from acctl.changes c where c.run_id = r.id)
union all
select format('run %s was refused and has changes, or no reason', r.run) from acctl.runs r
 where r.outcome = 'refused' and (r.message is null or exists (select from acctl.changes c where c.run_id = r.id))
union all
select format('a change of run %s is missing', r.run) from acctl.runs r join acctl.changes c on c.run_id = r.id
 group by r.id, r.run having count(*) <> max(c.number)
union all
select format('the ledger ends with %s of %s/%s', last.action, last.kind, last.key)
  from (select distinct on (c.kind, c.key) c.* from acctl.changes c where c.kind in ('roles', 'teams', 'users')
         order by c.kind, c.key, c.run_id desc, c.number desc) as last
  left join (select 'roles' as kind, key from app.roles union all select 'teams', key from app.teams
              union all select 'users', lower(email) from app.users) as object using (kind, key)
 where (last.action = 'remove') = (object.key is not null)
   and not exists (select from acctl.changes renamed where renamed.kind = last.kind and renamed.run_id >= last.run_id
                      and renamed.fields -> 'key' ->> 'before' = last.key)
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

void ask(Connection& connection, const std::string& where, const std::string& sql, Violations& all) {
  const Rows rows = connection.script(sql);
  for (int row = 0; row < rows.size(); ++row) all.push_back(where + std::string(rows.text(row, 0)));
}

void check_migrations(Connection& connection, const std::vector<Migration>& known, bool complete,
                      const std::string& where, Violations& all) {
  const Rows rows = connection.query("select version, checksum from acctl.migrations order by version, applied_at");
  if (rows.size() > static_cast<int>(known.size()) || (complete && rows.size() != static_cast<int>(known.size()))) {
    all.push_back(where + std::to_string(rows.size()) + " of " + std::to_string(known.size()) + " migrations applied");
    return;
  }
  for (int row = 0; row < rows.size(); ++row) {
    const Migration& migration = known[static_cast<std::size_t>(row)];
    if (rows.integer(row, 0) == migration.version && rows.text(row, 1) == migration.checksum) continue;
    all.push_back(where + "migration " + std::string(migration.name) + " is missing or another");
  }
}

void check_tenant(const Cluster& cluster, const Rows& tenants, int row, Violations& all) {
  const std::string where = "tenant " + std::string(tenants.text(row, 0)) + ": ";
  try {
    Connection database(cluster.dsn("postgres", std::string(tenants.text(row, 1))), {});
    check_migrations(database, tenant_migrations(), true, where, all);
    std::string sql = replaced(tenant_checks, "$id", quoted_literal(tenants.text(row, 2)));
    sql = replaced(sql, "$seats", tenants.is_null(row, 3) ? "null" : std::string(tenants.text(row, 3)));
    ask(database, where, replaced(sql, "$email", quoted_literal(tenants.text(row, 4))), all);
    ask(database, where, access_checks, all);
    ask(database, where, ledger_checks, all);
    if (!tenants.is_null(row, 5) &&
        database
            .query("select from acctl.runs where id = $1 and run = $2", {tenants.integer(row, 5), tenants.text(row, 6)})
            .empty()) {
      all.push_back(where + "the registry remembers a run that the ledger lacks");
    }
  } catch (const Error& error) {
    all.push_back(where + error.what());
  }
}

void check_storage(Connection& control, Violations& all) {
  namespace fs = std::filesystem;
  const Rows areas =
      control.query("select t.storage, t.slug, t.status from acctl.tenants t where t.storage is not null");
  std::set<std::string> known;
  for (int row = 0; row < areas.size(); ++row) {
    const std::string location(areas.text(row, 0));
    known.insert(location);
    struct stat status = {};
    const bool folder = lstat(location.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    const std::string tenant(areas.text(row, 1));
    if (areas.text(row, 2) == "active" && !folder) all.push_back("tenant " + tenant + " is active without storage");
    if (folder && (status.st_mode & 077) != 0) all.push_back("the storage of " + tenant + " is open to others");
  }
  const Rows root = control.query("select value #>> '{}' from acctl.settings where key = 'storage_root'");
  if (root.empty() || !fs::is_directory(root.text(0, 0))) return;
  for (const auto& entry : fs::directory_iterator(root.text(0, 0))) {
    if (entry.path().filename() == ".archive") continue;
    if (!known.contains(entry.path())) all.push_back("the storage " + entry.path().string() + " belongs to no tenant");
  }
}

}  // namespace

Violations violations(const Experiment& experiment) {
  Violations all;
  const Cluster& cluster = experiment.cluster;
  // While `platform init` is in flight its schema may be any prefix, and the rest is not there yet.
  const bool initialising = experiment.in_flight == experiment.control;
  const auto missing = [&](const std::string& what) {
    return initialising ? all : Violations{what + " '" + experiment.control + "'"};
  };
  if (cluster.query("postgres", "select 1 from pg_database where datname = " + quoted_literal(experiment.control))
          .empty()) {
    return missing("there is no control database");
  }
  Connection control(cluster.dsn("postgres", experiment.control), {});
  if (!control.query("select to_regclass('acctl.migrations') is not null").boolean(0, 0)) {
    return missing("there is no platform in database");
  }
  check_migrations(control, control_migrations(), !initialising, "the control database: ", all);
  if (initialising || !all.empty()) return all;
  const std::string flight = quoted_literal(experiment.in_flight);
  for (const char* checks : {control_shape, audit_checks, trail_checks, registry_checks}) {
    ask(control, "", replaced(checks, "$flight", flight), all);
  }
  check_storage(control, all);
  const Rows active = control.query(
      "select t.slug, t.database_name, t.id, coalesce(t.seats, p.seats), t.admin_email, t.ledger_id, t.ledger_run"
      "  from acctl.tenants t join acctl.plans p on p.key = t.plan where t.status = 'active' order by t.slug");
  for (int row = 0; row < active.size(); ++row) check_tenant(cluster, active, row, all);
  return all;
}

}  // namespace acctl::test
