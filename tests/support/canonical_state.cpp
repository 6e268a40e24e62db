#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "provisioning/database/connection.hpp"
#include "tests/support/oracle.hpp"

namespace acctl::test {

namespace {

using Lines = std::vector<std::string>;

// What is different in each run: its name, ids, times, fencing epochs, how a key begins. And the seats as acctl saw
// them last: of a run that was killed after its commit, it saw nothing, and the next one that changes people does.
std::string masked_row(const std::string& alias) {
  return "regexp_replace(to_jsonb(" + alias +
         R"~()::text, '"(not_before|person|prefix|seats_used|([a-z_]+_)?(id|at|as_of|until|epoch|run|nonce|hash))": ("[^"]*"|[^,}]*)', '', 'g'))~";
}

// $1: the tenant's id.
std::string registry_sql() {
  const auto rows_of = [](const std::string& table, const std::string& key) {
    return "select '" + table + " ' || " + masked_row("x") + " from acctl." + table + " x where x." + key +
           " = $1::uuid";
  };
  std::string sql = rows_of("tenants", "id");
  for (const char* table : {"routes", "tenant_exports"}) {
    sql += " union all " + rows_of(table, "tenant_id");
  }
  return sql + R"(
 union all
select format('step %s %s %s', s.position, s.name, s.status) from acctl.tenant_steps s where s.tenant_id = $1::uuid
 union all select format('audit %s: %s, %s to %s', row_number() over (order by a.id), a.action,
                                       regexp_replace(a.before::text, time.stamp, '"TIME"', 'g'),
                                       regexp_replace(a.after::text, time.stamp, '"TIME"', 'g'))
             from acctl.audit a, (values ('"\d{4}-\d\d-\d\dT[0-9:]+Z"')) as time(stamp)
            where a.tenant_id = $1::uuid and a.outcome = 'done'
 union all
select format('database %s of %s, open %s, limit %s, template %s, for %s, %s', d.datname, d.datdba::regrole,
              d.datallowconn, d.datconnlimit, d.datistemplate, d.datacl, shobj_description(d.oid, 'pg_database'))
  from pg_database d, acctl.tenants t
 where t.id = $1::uuid and d.datname in (t.database_name, 'acctl_deleted_' || substr(replace(t.id::text, '-', ''), 1, 12))
 union all
select format('role %s, login %s, super %s, makes databases %s and roles %s, %s', r.rolname, r.rolcanlogin, r.rolsuper,
              r.rolcreatedb, r.rolcreaterole, shobj_description(r.oid, 'pg_authid'))
  from pg_roles r, acctl.tenants t where t.id = $1::uuid and r.rolname in (t.owner_role, t.app_role)
 union all
select format('member %s of %s', m.member::regrole, m.roleid::regrole)
  from pg_auth_members m, acctl.tenants t
 where t.id = $1::uuid and array[m.member::regrole::text, m.roleid::regrole::text] && array[t.owner_role, t.app_role]
   and m.member::regrole::text not like 'acctl\_keeper%')";
}

constexpr const char* objects_sql = R"(
select format('%s %s.%s of %s for %s', c.relkind, n.nspname, c.relname, c.relowner::regrole, c.relacl)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('app', 'acctl')
 union all
select format('function %s of %s for %s', p.oid::regprocedure, p.proowner::regrole, p.proacl)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('app', 'acctl')
 union all
select format('schema %s of %s for %s', n.nspname, n.nspowner::regrole, n.nspacl) from pg_namespace n
 where n.nspname in ('app', 'acctl', 'public')
 union all
select format('trigger %s on %s: %s', g.tgname, g.tgrelid::regclass, g.tgenabled) from pg_trigger g
 where not g.tgisinternal)";

// One statement that reads all rows of all tables.
std::string rows_sql(Connection& database) {
  const Rows tables = database.query(
      "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
      " where n.nspname in ('app', 'acctl') and c.relkind = 'r' order by 1");
  std::string sql;
  for (int row = 0; row < tables.size(); ++row) {
    const std::string table(tables.text(row, 0));
    sql += (row == 0 ? "" : " union all ") + std::string("select '") + table + " ' || " + masked_row("x") + " from " +
           table + " x";
  }
  return sql;
}

void add(Lines& lines, const Rows& rows) {
  for (int row = 0; row < rows.size(); ++row) lines.emplace_back(rows.text(row, 0));
}

void mask(std::string& line, const std::string& what, const std::string& by) {
  for (std::size_t at = line.find(what); at != std::string::npos; at = line.find(what, at + by.size())) {
    line.replace(at, what.size(), by);
  }
}

// The end mark of an export, whose digest is of a text with the slug in it.
void mask_digest(std::string& line) {
  const std::string mark = "# end: ";
  const std::string sum = "sha256 ";
  const std::size_t at = line.find(sum, std::min(line.find(mark), line.size()));
  if (at != std::string::npos) line.replace(at + sum.size(), 64, "DIGEST");
}

std::string storage_line(const std::string& location) {
  struct stat status = {};
  if (location.empty()) return "storage given back";
  return lstat(location.c_str(), &status) == 0 ? "storage of mode " + std::to_string(status.st_mode)
                                               : "storage missing";
}

}  // namespace

Lines canonical_state(const Experiment& experiment, const std::string& slug) {
  Connection control(experiment.cluster.dsn("postgres", experiment.control), {});
  const Rows tenant = control.query(
      "select t.id, t.database_name, t.storage, exists (select from pg_database d where d.datname = t.database_name"
      "       and d.datallowconn and shobj_description(d.oid, 'pg_database') = 'acctl tenant ' || t.id)"
      "  from acctl.tenants t "
      " where t.slug = $1 order by t.created_at desc limit 1",
      {slug});
  if (tenant.empty()) return {"no tenant"};
  const std::string id(tenant.text(0, 0));
  Lines lines = {storage_line(std::string(tenant.text(0, 2)))};
  add(lines, control.query(registry_sql().c_str(), {id}));
  if (tenant.boolean(0, 3)) {
    Connection database(experiment.cluster.dsn("postgres", std::string(tenant.text(0, 1))), {});
    add(lines, database.script(objects_sql));
    add(lines, database.script(rows_sql(database)));
  }
  std::string digits = id;
  std::erase(digits, '-');
  for (std::string& line : lines) {
    mask_digest(line);
    mask(line, id, "ID");
    mask(line, digits.substr(0, 12), "ID");
    mask(line, slug, "SLUG");
  }
  std::ranges::sort(lines);
  return lines;
}

std::string difference(const Lines& expected, const Lines& found) {
  std::string text;
  const auto add_missing = [&](const Lines& from, const Lines& in, const std::string& sign) {
    Lines only;
    std::ranges::set_difference(from, in, std::back_inserter(only));
    for (const std::string& line : only) text += sign + line + "\n";
  };
  add_missing(expected, found, "- ");
  add_missing(found, expected, "+ ");
  return text;
}

}  // namespace acctl::test
