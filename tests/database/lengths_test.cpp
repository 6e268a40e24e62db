// The lengths of texts and documents in the tenants' schema are those of the table of kinds, and bind everybody.
#include <regex>
#include <set>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/kinds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Connection;
using acctl::SqlError;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::TenantFixture;

namespace {

std::string by_application(const TenantFixture& desk, const std::string& sql) {
  try {
    Connection app(desk.acctl.cluster.dsn(desk.acctl.app_role("acme"), "acme"), {});
    app.script(sql);
    return "";
  } catch (const SqlError& error) {
    return error.sqlstate();
  }
}

const std::string too_long = "23514";

// "app.roles name 200 characters" of what a constraint or a trigger says of a table.
std::set<std::string> lengths_in(const std::string& table, const std::string& definition) {
  static const std::regex length(R"((char|octet)_length\(+(?:new\.)?\"?([a-z_]+)\"?(?:\)::text)?\)+ (?:<=|>) (\d+))");
  std::set<std::string> all;
  for (std::sregex_iterator at(definition.begin(), definition.end(), length), end; at != end; ++at) {
    all.insert(table + " " + std::string((*at)[2]) + " " + std::string((*at)[3]) + " " + std::string((*at)[1]));
  }
  return all;
}

std::set<std::string> lengths_of_kinds() {
  std::set<std::string> all;
  for (const acctl::Kind& kind : acctl::kinds()) {
    for (const acctl::Field& field : kind.fields) {
      if (field.longest == 0) continue;
      all.insert(std::string(kind.table) + " " + std::string(field.column) + " " + std::to_string(field.longest) +
                 (field.type == acctl::FieldType::document ? " octet" : " char"));
    }
  }
  return all;
}

std::string lines(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

}  // namespace

TEST_CASE(
    "rule lengths: the tenants' schema has the lengths of the table of kinds, for new rows and for changed ones") {
  const TenantFixture desk;
  Connection database(desk.acctl.cluster.dsn("postgres", "acme"), {});
  const acctl::Rows rows = database.query(
      "select conrelid::regclass::text, pg_get_constraintdef(oid), 'both' from pg_constraint where conname like "
      "'%_lengths' and contype = 'c' and convalidated union all select tgrelid::regclass::text, "
      "pg_get_triggerdef(oid), "
      "case tgname when 'check_lengths' then 'new' else 'changed' end from pg_trigger where tgname in "
      "('check_lengths', "
      "'check_new_lengths') and tgenabled = 'O'");
  std::set<std::string> added;
  std::set<std::string> changed;
  for (int row = 0; row < rows.size(); ++row) {
    const auto found = lengths_in(std::string(rows.text(row, 0)), std::string(rows.text(row, 1)));
    CHECK_FALSE(found.empty());
    if (rows.text(row, 2) != "changed") added.insert(found.begin(), found.end());
    if (rows.text(row, 2) != "new") changed.insert(found.begin(), found.end());
  }
  CHECK(lines(added) == lines(lengths_of_kinds()));
  CHECK(lines(changed) == lines(lengths_of_kinds()));
}

TEST_CASE("rule lengths: the application is bound by them, and so is whoever writes by hand") {
  const TenantFixture desk;
  CHECK(by_application(desk, "insert into app.teams (key, name) values ('t', repeat('ü', 200))") == "");
  CHECK(by_application(desk, "update app.teams set name = repeat('ü', 201)") == too_long);
  CHECK(by_application(desk, "update app.teams set description = repeat('x', 2000)") == "");
  CHECK(by_application(desk, "update app.teams set description = repeat('x', 2001)") == too_long);
  CHECK(by_application(desk, "insert into app.users (email, name) values ('a@x.example', repeat('x', 201))") ==
        too_long);
  CHECK(by_application(desk, "insert into app.users (email, name) values ('a@x.example', repeat('x', 200))") == "");
  for (const std::string column : {"name", "external_id"}) {
    const std::string update = "update app.users set " + column + " = repeat('y', 201) where email like 'a@%'";
    CHECK(by_application(desk, update) == too_long);
    CHECK_THROWS(desk.in(update));
  }
}

TEST_CASE("rule lengths: a document is as long for acctl as it is for the database, to the byte") {
  const TenantFixture desk;
  // Many short actions, and a last one that makes it 65,536 bytes as PostgreSQL prints it.
  std::string ones;
  for (int i = 0; i < 3'000; ++i) ones += "{add_note: x},";
  const auto automation = [&](std::size_t rest) {
    return "automations:\n  a: {name: A, trigger: ticket.created, actions: [" + ones +
           "{add_note: " + std::string(rest, 'x') + "}]}\n";
  };
  constexpr std::size_t rest = 65'536 - 3'000 * 19 - 18;
  check_ended(desk.apply(automation(rest)), 0);
  CHECK(desk.in("select octet_length(actions::text) from app.automations where key = 'a'") == "65536");
  check_ended(desk.apply(automation(rest + 1)), 3, "'actions' has 65537 bytes as JSON; at most 65536 are allowed");
}

TEST_CASE("rule lengths: what is longer from before stays, can be ended, and is named by doctor") {
  const TenantFixture desk;
  desk.acctl.set_back("acme", 9);
  desk.in(
      "insert into app.roles (key, name) values ('long', repeat('x', 300));"
      "insert into app.teams (key, name) values ('short', 'Short');"
      "insert into app.users (email, name, status) values ('old@x.example', repeat('x', 300), 'active')");
  check_ended(desk.acctl({"tenant", "migrate", "acme"}), 0);
  const auto doctor = desk.acctl({"tenant", "doctor", "acme"});
  CHECK(contains(doctor.out, "longer than this acctl allows: roles/long, users/old@x.example;"));
  // An application that writes the whole row back changes no name.
  desk.in("update app.users set name = name, crm_access = not crm_access where email = 'old@x.example'");
  check_ended(desk({"user", "deactivate", "old@x.example", "--yes"}), 0);
  CHECK(desk.in("select status from app.users where email = 'old@x.example'") == "suspended");
  // Where nothing was longer the constraint is proven.
  CHECK(
      desk.in("select string_agg(conname, ' ' order by conname) from pg_constraint where conname like '%_lengths' and "
              "not convalidated") == "roles_lengths");
  CHECK(by_application(desk, "update app.roles set description = 'x' where key = 'long'") == too_long);
  check_ended(desk({"role", "edit", "long", "--name", "Short", "--yes"}), 0);
  check_ended(desk({"user", "edit", "old@x.example", "--name", "Short", "--yes"}), 0);
  CHECK_FALSE(contains(desk.acctl({"tenant", "doctor", "acme"}).out, "longer than"));
}
