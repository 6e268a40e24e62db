// Values that only one object has: the table of kinds knows all of them, and writing exchanges them within one run.
#include <set>

#include "provisioning/database/connection.hpp"
#include "provisioning/database/write.hpp"
#include "provisioning/model/kinds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Action;
using acctl::Change;
using acctl::Connection;
using acctl::Field;
using acctl::Kind;
using acctl::kinds;
using acctl::Rows;
using acctl::test::TestPlatform;

namespace {

// "idp,external_id" for each unique index of a table; what holds an id cannot be taken over.
std::set<std::string> unique_columns(Connection& tenant, const Kind& kind) {
  const Rows rows = tenant.query(
      "select string_agg(a.attname, ',' order by x.place) from pg_index i "
      "cross join unnest(i.indkey::int2[]) with ordinality as x(attribute, place) "
      "join pg_attribute a on a.attrelid = i.indrelid and a.attnum = x.attribute "
      "where i.indrelid = to_regclass($1) and i.indisunique "
      "group by i.indexrelid having bool_and(a.attname <> 'id')",
      {std::string(kind.table)});
  std::set<std::string> all;
  for (int row = 0; row < rows.size(); ++row) all.emplace(rows.text(row, 0));
  return all;
}

std::set<std::string> known_columns(const Kind& kind) {
  std::set<std::string> all;
  if (kind.name != "users") all.emplace(kind.key_column);  // of users it is an expression, lower(email)
  for (const auto& fields : kind.unique_values()) {
    std::string columns;
    for (const std::string_view name : fields) {
      const auto field = std::ranges::find(kind.fields, name, &Field::name);
      REQUIRE(field != kind.fields.end());
      columns += (columns.empty() ? "" : ",") + std::string(field->column);
    }
    all.insert(columns);
  }
  return all;
}

Change renamed(const std::string& kind, const std::string& from, const std::string& to) {
  return {.action = Action::change, .kind = kind, .key = to, .fields = {{"key", {from, to}}}};
}

}  // namespace

TEST_CASE("rule unique values: every value that only one object can have is in the table of kinds") {
  const TestPlatform platform;
  platform.create("acme");
  Connection tenant(platform.cluster.dsn("postgres", "acme"), {});
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    CHECK(unique_columns(tenant, kind) == known_columns(kind));
  }
}

TEST_CASE("rule unique values: what is removed leaves its key to another, wherever in the order its removal stands",
          "[promise 14]") {
  const TestPlatform platform;
  platform.create("acme");
  Connection tenant(platform.cluster.dsn("acctl", "acme"), {});
  tenant.script(
      "insert into app.projects (key, name) values ('one', 'One'), ('two', 'Two');"
      "insert into app.views (key, name, type, project_id) select 'v', 'V', 'list', id from app.projects where key = "
      "'one';"
      "insert into app.teams (key, name) values ('one', 'One'), ('two', 'Two')");
  // Projects are referred to by others and go last, teams go first.
  const Change view{
      .action = Action::change, .kind = "views", .key = "v", .fields = {{"project", {"one (replaced)", "one"}}}};
  acctl::write_changes(tenant, {{.action = Action::remove,
                                 .kind = "teams",
                                 .key = "one (replaced)",
                                 .fields = {{"key", {"one", "one (replaced)"}}, {"name", {"One", nullptr}}}},
                                renamed("teams", "two", "one"),
                                renamed("projects", "two", "one"),
                                view,
                                {.action = Action::remove,
                                 .kind = "projects",
                                 .key = "one (replaced)",
                                 .fields = {{"key", {"one", "one (replaced)"}}, {"name", {"One", nullptr}}}}});
  CHECK(platform.in("acme", "select key || '=' || name from app.teams where name in ('One', 'Two')") == "one=Two");
  CHECK(platform.in("acme",
                    "select p.name from app.views v join app.projects p on p.id = v.project_id where v.key = "
                    "'v'") == "Two");
  CHECK(platform.in("acme", "select count(*) from app.projects where name = 'One' or key like 'acctl-moving%'") == "0");
}
