// What goes with a removed object is known: every foreign key that removes or clears rows is told of in a plan, or its
// rows are the object's own list, or go with work that no run removes. So is what keeps an object from being removed.
#include <set>
#include <sstream>

#include "provisioning/database/taken_along.hpp"
#include "provisioning/model/kinds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::TestPlatform;

namespace {

// Of tickets, items, comments and contacts, which only the application removes, and of invitations, which go with
// users.
const std::set<std::string> below_work = {
    "app.activity.contact_id",
    "app.activity.item_id",
    "app.activity.ticket_id",
    "app.attachments.comment_id",
    "app.attachments.contact_id",
    "app.attachments.item_id",
    "app.attachments.ticket_id",
    "app.automation_runs.item_id",
    "app.automation_runs.ticket_id",
    "app.comments.contact_id",
    "app.comments.item_id",
    "app.comments.parent_id",
    "app.comments.ticket_id",
    "app.inbound_emails.comment_id",
    "app.inbound_emails.ticket_id",
    "app.item_dependencies.blocked_id",
    "app.item_dependencies.blocker_id",
    "app.item_field_values.item_id",
    "app.item_followers.item_id",
    "app.items.parent_id",
    "app.items.ticket_id",
    "app.magic_links.contact_id",
    "app.notifications.item_id",
    "app.notifications.ticket_id",
    "app.outbox.invitation_id",
    "app.sla_timers.ticket_id",
    "app.ticket_field_values.ticket_id",
    "app.ticket_followers.ticket_id",
    "app.tickets.contact_id",
    "app.time_entries.item_id",
    "app.time_entries.ticket_id",
};

// "app.automation_runs.automation_id": of kinds' lists and what plans tell of.
std::set<std::string> known() {
  std::set<std::string> all = below_work;
  for (const acctl::EdgeKind& edge : acctl::edge_kinds()) {
    for (const std::string_view column : {edge.list->owner_column, edge.list->target_column}) {
      all.insert(std::string(edge.list->table) + "." + std::string(column));
    }
  }
  for (const acctl::Dependent& one : acctl::dependents()) {
    all.insert(std::string(one.table) + "." + std::string(one.column));
  }
  return all;
}

// "app.automation_runs.automation_id app.automations", one a line: foreign keys that do one of `actions` (as
// pg_constraint names them) with their rows when what they refer to is removed.
std::string keys_of(const TestPlatform& platform, const std::string& actions = "'c', 'n', 'd'") {
  return platform.in(
      "acme",
      "select n.nspname || '.' || c.relname || '.' || a.attname || ' ' || fn.nspname || '.' || f.relname from "
      "pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace join pg_class "
      "f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace join pg_attribute a on a.attrelid = "
      "c.oid and a.attnum = k.conkey[1] where k.contype = 'f' and k.confdeltype in (" +
          actions + ") order by 1");
}

std::set<std::string> unknown(const TestPlatform& platform) {
  const std::set<std::string> listed = known();
  std::set<std::string> all;
  std::istringstream lines(keys_of(platform));
  for (std::string key, target; lines >> key >> target;) {
    if (!listed.contains(key)) all.insert(key);
  }
  return all;
}

// Foreign keys that refuse the removal of objects, and of which plans do not know.
std::set<std::string> unknown_refusals(const TestPlatform& platform) {
  std::set<std::string> listed = {"app.api_keys.role_id"};  // a key ends with its role, by a trigger
  for (const acctl::EdgeKind& edge : acctl::edge_kinds()) {
    for (const std::string_view column : {edge.list->owner_column, edge.list->target_column}) {
      listed.insert(std::string(edge.list->table) + "." + std::string(column));
    }
  }
  std::set<std::string> tables;
  for (const acctl::Kind& kind : acctl::kinds()) {
    tables.insert(std::string(kind.table));
    for (const acctl::Field& field : kind.fields) {
      if (!field.target.empty()) listed.insert(std::string(kind.table) + "." + std::string(field.column));
    }
  }
  for (const acctl::Holder& one : acctl::holders()) {
    listed.insert(std::string(one.table) + "." + std::string(one.column));
  }
  std::set<std::string> all;
  std::istringstream lines(keys_of(platform, "'r', 'a'"));
  for (std::string key, target; lines >> key >> target;) {
    if (tables.contains(target) && !listed.contains(key)) all.insert(key);
  }
  return all;
}

}  // namespace

TEST_CASE("every foreign key that keeps an object from being removed is known to plans", "[promise 14]") {
  const TestPlatform platform;
  platform.create("acme");
  CHECK(unknown_refusals(platform) == std::set<std::string>());
  const std::string there = "\n" + keys_of(platform, "'r', 'a'") + "\n";
  for (const acctl::Holder& one : acctl::holders()) {
    const std::string line =
        std::string(one.table) + "." + std::string(one.column) + " " + std::string(acctl::find_kind(one.kind)->table);
    INFO(line);
    CHECK(there.find("\n" + line + "\n") != std::string::npos);
  }
  // What has work is deleted under its own key, which the note of that work names.
  for (const acctl::Kind& kind : acctl::kinds()) {
    for (const acctl::Field& field : kind.fields) {
      if (field.target.empty()) continue;
      CHECK(platform.in("acme", "select count(*) from acctl.work_links() where kind = '" + std::string(field.target) +
                                    "'") == "0");
    }
  }
  // The question finds what it is asked for.
  platform.in("acme",
              "create table app.notes (id bigint, team_id bigint references app.teams);"
              "create table acctl.marks (id bigint, item_id bigint references app.items,"
              " project_id bigint references app.projects on delete restrict)");
  CHECK(unknown_refusals(platform) == std::set<std::string>{"acctl.marks.project_id", "app.notes.team_id"});
}

TEST_CASE("every foreign key that removes or clears rows is told of in a plan, or known not to matter",
          "[promise 14]") {
  const TestPlatform platform;
  platform.create("acme");
  CHECK(unknown(platform) == std::set<std::string>());
  // What is told of is there, and refers to the kind that it names.
  const std::string there = "\n" + keys_of(platform) + "\n";
  for (const acctl::Dependent& one : acctl::dependents()) {
    if (one.fate == acctl::TakenAlong::Fate::ended) continue;  // by a trigger
    const std::string line =
        std::string(one.table) + "." + std::string(one.column) + " " + std::string(acctl::find_kind(one.kind)->table);
    INFO(line);
    CHECK(there.find("\n" + line + "\n") != std::string::npos);
  }
  // A list of objects is not work: what refers to it has to be told of.
  for (const std::string& key : below_work) {
    const std::size_t at = there.find("\n" + key + " ");
    REQUIRE(at != std::string::npos);
    const std::size_t target = at + key.size() + 2;
    const std::string table = there.substr(target, there.find('\n', target) - target);
    for (const acctl::Kind& kind : acctl::kinds()) CHECK(table != kind.table);
  }
  // What undo returns is what its migration returns.
  for (const acctl::Dependent& one : acctl::dependents()) {
    const std::string table = std::string(one.table).substr(std::string(one.table).find('.') + 1);
    const bool link =
        platform.in("acme", "select count(*) from acctl.work_links() where kind = '" + std::string(one.kind) +
                                "' and work = '" + table + "' and link = '" + std::string(one.column) + "'") == "1";
    CHECK((one.fate == acctl::TakenAlong::Fate::released) == (link || table.ends_with("_followers")));
  }
  // The question finds what it is asked for.
  platform.in("acme",
              "create table app.notes (id bigint, team_id bigint references app.teams on delete cascade);"
              "create table acctl.marks (id bigint, item_id bigint references app.items on delete set null)");
  CHECK(unknown(platform) == std::set<std::string>{"acctl.marks.item_id", "app.notes.team_id"});
}
