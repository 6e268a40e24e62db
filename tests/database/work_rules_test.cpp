// What the tenant's database keeps of the work itself (templates/tenant/0014_work_rules.sql), and of base roles: tables
// of what the application is refused, each with a neighbour that it is not; and the sample that a tenant begins with.
#include <algorithm>
#include <thread>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/documents.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::SqlError;
using acctl::test::TestPlatform;

namespace {

const std::string check_violation = "23514";
const std::string restricted = "23001";

// acme, with three tickets, items a, b, c and d in the project "work", and its application.
class Tenant {
 public:
  explicit Tenant(const std::string& pack = "helpdesk") {
    platform.create("acme", {"--pack", pack});
    ask("insert into app.projects (key, name) values ('work', 'Work');"
        "insert into app.tickets (subject, channel, status_id, priority_id) select 't', 'api', s.id, p.id from "
        "generate_series(1, 3), (select id from app.statuses where key = 'new') s, (select id from app.priorities where "
        "key = 'normal') p;"
        "insert into app.items (project_id, title, status_id) select p.id, t, s.id from app.projects p, app.statuses s, "
        "unnest(array['a', 'b', 'c', 'd']) t where p.key = 'work' and s.key = 'to-do'");
    app = connect();
  }

  std::unique_ptr<Connection> connect() const {
    return std::make_unique<Connection>(platform.cluster.dsn(platform.app_role("acme"), "acme"),
                                        acctl::SessionOptions{});
  }

  std::string ask(const std::string& sql) const { return platform.in("acme", sql); }

  // What the application is refused, as a sqlstate; "" if it is not. Several statements are one transaction.
  std::string refusal(const std::string& sql) {
    try {
      app->script("begin; " + sql + "; commit");
      return "";
    } catch (const SqlError& error) {
      app->script("rollback");
      return error.sqlstate();
    }
  }

  TestPlatform platform;
  std::unique_ptr<Connection> app;
};

std::string item(const std::string& title) { return "(select id from app.items where title = '" + title + "')"; }
std::string under(const std::string& title, const std::string& parent) {
  return "update app.items set parent_id = " + item(parent) + " where title = '" + title + "'";
}
std::string blocks(const std::string& blocker, const std::string& blocked) {
  return "insert into app.item_dependencies (blocker_id, blocked_id) values (" + item(blocker) + ", " + item(blocked) +
         ")";
}
std::string comment(const std::string& body) { return "(select id from app.comments where body = '" + body + "')"; }
std::string say(const std::string& body, int ticket, const std::string& parent = "", bool internal = false) {
  return "insert into app.comments (ticket_id, body, parent_id, internal) values (" + std::to_string(ticket) + ", '" +
         body + "', " + (parent.empty() ? "null" : comment(parent)) + ", " + (internal ? "true" : "false") + ")";
}

}  // namespace

TEST_CASE("a ticket can come by every channel that policies and automations can name") {
  Tenant tenant;
  const acctl::DocumentForm* form = acctl::find_document_form("sla_policies", "conditions");
  REQUIRE(form != nullptr);
  const auto channel = std::ranges::find(form->terms, std::string_view("channel"), &acctl::Term::name);
  REQUIRE(channel != form->terms.end());
  for (const std::string_view word : channel->words) {
    INFO(word);
    CHECK(tenant.refusal("update app.tickets set channel = '" + std::string(word) + "'") == "");
  }
  CHECK(tenant.refusal("update app.tickets set channel = 'smoke signals'") == check_violation);
}

TEST_CASE("comments form threads on one ticket, and none is a reply to itself") {
  Tenant tenant;
  CHECK(tenant.refusal(say("one", 1)) == "");
  CHECK(tenant.refusal(say("two", 1, "one") + ";" + say("three", 1, "two")) == "");
  CHECK(tenant.refusal(say("elsewhere", 2, "one")) == check_violation);
  CHECK(tenant.refusal("update app.comments set parent_id = " + comment("three") + " where body = 'one'") ==
        check_violation);
  CHECK(tenant.refusal("update app.comments set ticket_id = 2 where body = 'two'") == check_violation);
  CHECK(tenant.refusal("update app.comments set ticket_id = 2") == "");  // the thread as a whole
  CHECK(tenant.refusal(say("note", 3, "", true) + ";" + say("open", 3, "note")) == check_violation);
  CHECK(tenant.refusal(say("note", 3, "", true) + ";" + say("private", 3, "note", true)) == "");
  CHECK(tenant.refusal("update app.comments set internal = true where body = 'one'") == check_violation);
  CHECK(tenant.refusal("delete from app.comments where body = 'one'") == "");
  CHECK(tenant.ask("select coalesce(parent_id::text, 'none') from app.comments where body = 'two'") == "none");
}

TEST_CASE("items are subtasks in a tree, whatever the order of the statements that make it") {
  Tenant tenant;
  CHECK(tenant.refusal(under("b", "a") + ";" + under("c", "b")) == "");
  CHECK(tenant.refusal(under("a", "c")) == check_violation);
  CHECK(tenant.refusal(under("a", "b")) == check_violation);
  // b and its subtask change places: for a moment there is a circle.
  CHECK(tenant.refusal(under("b", "c") + ";" + under("c", "a")) == "");
  CHECK(tenant.ask("select string_agg(i.title || coalesce(p.title, '-'), ' ' order by i.title) from app.items i left "
                   "join app.items p on p.id = i.parent_id where not i.sample") == "a- bc ca d-");
}

TEST_CASE("nothing blocks itself by way of others") {
  Tenant tenant;
  CHECK(tenant.refusal(blocks("a", "b") + ";" + blocks("b", "c") + ";" + blocks("a", "c")) == "");
  CHECK(tenant.refusal(blocks("c", "a")) == check_violation);
  CHECK(tenant.refusal(blocks("b", "a")) == check_violation);
  CHECK(tenant.refusal(blocks("d", "a")) == "");
  CHECK(tenant.refusal(blocks("c", "a") + "; delete from app.item_dependencies where blocked_id = " + item("c")) == "");
}

TEST_CASE("two transactions that each close half of a circle: one of them is refused") {
  Tenant tenant;
  for (const auto& [first, second] :
       {std::pair{under("a", "b"), under("b", "a")}, std::pair{blocks("c", "d"), blocks("d", "c")}}) {
    INFO(first);
    const std::unique_ptr<Connection> other = tenant.connect();
    tenant.app->script("begin; " + first);
    other->script("begin; " + second);
    std::string refused;
    // The second one waits for the first, which has checked and not committed yet.
    tenant.app->script("set constraints all immediate");
    std::jthread waiting([&] {
      try {
        other->script("commit");
      } catch (const SqlError& error) {
        refused = error.sqlstate();
      }
    });
    while (tenant.ask("select count(*) from pg_locks where not granted") == "0") std::this_thread::yield();
    tenant.app->script("commit");
    waiting.join();
    CHECK(refused == check_violation);
  }
}

TEST_CASE("a value fits the type of its custom field") {
  struct Type {
    std::string type;
    std::string options;
    std::vector<std::string> fits;
    std::vector<std::string> does_not;
  };
  Tenant tenant;
  const std::string ana = tenant.ask("select id from app.users");
  const std::string a = tenant.ask("select " + item("a"));
  const std::string b = tenant.ask("select " + item("b"));
  tenant.ask(
      "insert into app.attachments (item_id, storage_key, name, media_type, size_bytes, sha256) select id, title, "
      "'n', 't', 1, sha256('x') from app.items where title in ('a', 'b')");
  const std::string file = tenant.ask("select id from app.attachments where storage_key = 'a'");
  const std::string foreign = tenant.ask("select id from app.attachments where storage_key = 'b'");
  const std::vector<Type> types = {
      {"status", R"({"choices": ["x", "y"]})", {R"("x")"}, {R"("z")", R"(["x"])", "1", "null"}},
      {"dropdown", R"({"choices": ["x", "y"]})", {R"("y")"}, {R"("z")", R"(["x", "y"])", "{}"}},
      {"dropdown", R"({"choices": ["x", "y"], "multiple": true})", {R"(["x", "y"])"}, {R"(["x", "z"])", "[]"}},
      {"person", "{}", {ana, "[" + ana + "]"}, {"99", R"("ana@acme.example")", "1.5", "[]", "1e30"}},
      {"date", "{}", {R"("2028-02-29")"}, {R"("2027-02-29")", R"("soon")", "20270101"}},
      {"timeline",
       "{}",
       {R"({"start": "2027-01-01", "end": "2027-01-01"})"},
       {R"({"start": "2027-01-02", "end": "2027-01-01"})", R"({"start": "2027-01-01"})", R"("2027-01-01")", "[]"}},
      {"number", R"({"minimum": 0, "maximum": 9.5})", {"0", "9.5"}, {"9.6", "-1", R"("5")", "true"}},
      {"formula", R"({"formula": "a + b"})", {"7", R"("late")"}, {"[]", "{}", "null"}},
      {"checkbox", "{}", {"true", "false"}, {"1", R"("yes")"}},
      {"files", "{}", {"[" + file + "]", "[]"}, {file, "[" + foreign + "]", R"(["a"])"}},
      {"link",
       "{}",
       {R"("https://x.example/a")", R"({"url": "http://x.example", "text": "X"})"},
       {"\"javascript:alert(1)\"", R"("x")", R"({"text": "X"})", "5"}},
      {"rating", R"({"maximum": 3})", {"0", "3"}, {"4", "2.5", "-1", R"("3")"}},
      {"dependency", "{}", {b, "[" + b + "]"}, {a, "99999", R"("b")"}},
  };
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto& [type, options, fits, does_not] = types[i];
    INFO(type << " " << options);
    const std::string key = "f" + std::to_string(i);
    tenant.ask("insert into app.custom_fields (key, name, type, options) values ('" + key + "', 'F', '" + type +
               "', '" + options + "')");
    const auto set = [&](const std::string& value) {
      INFO(value);
      return tenant.refusal("insert into app.item_field_values (item_id, field_id, value) select " + item("a") +
                            ", id, '" + value + "' from app.custom_fields where key = '" + key +
                            "' on conflict (item_id, field_id) do update set value = excluded.value");
    };
    for (const std::string& value : fits) CHECK(set(value) == "");
    for (const std::string& value : does_not) CHECK(set(value) == check_violation);
  }
}

TEST_CASE("a custom field keeps type and choices that its values need") {
  Tenant tenant;
  tenant.ask(
      "insert into app.custom_fields (key, name, type, options) values ('size', 'S', 'dropdown', "
      "'{\"choices\": [\"s\", \"m\"]}'), ('count', 'C', 'number', '{}');"
      "insert into app.item_field_values (item_id, field_id, value) select " +
      item("a") + ", id, case key when 'size' then '\"s\"' else '3' end::jsonb from app.custom_fields");
  const auto change = [&](const std::string& key, const std::string& what) {
    return tenant.refusal("update app.custom_fields set " + what + " where key = '" + key + "'");
  };
  CHECK(change("size", "options = '{\"choices\": [\"m\"]}'") == check_violation);
  CHECK(change("size", "options = '{\"choices\": [\"s\", \"l\"]}'") == "");
  CHECK(change("count", "type = 'date'") == check_violation);
  CHECK(change("count", "type = 'rating'") == "");
}

TEST_CASE("a run of an automation stops at max_depth and at run_budget, and stays stopped") {
  Tenant tenant;
  tenant.ask(
      "insert into app.automations (key, name, trigger_event, actions, max_depth, run_budget) values ('loop', "
      "'Loop', 'ticket.updated', '[{\"set_status\": \"open\"}]', 2, 3)");
  const auto queue = [&](int depth, const std::string& when = "now()") {
    return tenant.refusal(
        "insert into app.automation_runs (automation_id, ticket_id, depth, queued_at) select id, 1, " +
        std::to_string(depth) + ", " + when + " from app.automations where key = 'loop'");
  };
  const auto states = [&] {
    return tenant.ask(
        "select string_agg(status || case when finished_at is null then '' else '.' end, ' ' order by id) "
        "from app.automation_runs");
  };
  CHECK(queue(2, "now() - interval '61 minutes'") == "");  // of another hour
  for (const int depth : {1, 3, 2, 1, 1}) CHECK(queue(depth) == "");
  CHECK(states() == "queued queued stopped. queued queued stopped.");
  CHECK(tenant.ask("select string_agg(error, '; ' order by id) from app.automation_runs") ==
        "depth 3 is over the max_depth of 2; the run_budget of 3 runs an hour is spent");
  CHECK(tenant.refusal("update app.automation_runs set status = 'queued' where status = 'stopped'") == check_violation);
  CHECK(tenant.refusal("update app.automation_runs set depth = 3 where status = 'queued'") == check_violation);
  CHECK(tenant.refusal("update app.automation_runs set status = 'succeeded' where status = 'queued'") == "");
  CHECK(queue(1) == "");
  CHECK(states().ends_with("stopped."));
}

TEST_CASE("a tenant begins with a sample: items with dates of its own, subtasks, dependencies and an article") {
  for (const std::string pack : {"helpdesk", "msp", "conversational", "messaging"}) {
    INFO(pack);
    const Tenant tenant(pack);
    CHECK(tenant.ask("select count(*) || ' ' || count(parent_id) || ' ' || count(distinct status_id) || ' ' || "
                     "min(start_date - current_date) || ' ' || max(due_date - current_date) || ' ' || "
                     "count(*) filter (where updated_at = created_at) from app.items where sample") == "7 3 4 0 10 7");
    CHECK(tenant.ask("select count(*) from app.item_dependencies") == "2");
    CHECK(tenant.ask("select c.key || ' ' || a.status from app.kb_articles a join app.kb_categories c on c.id = "
                     "a.category_id where a.sample") == "getting-started published");
    CHECK(tenant.ask("select string_agg(key, ' ') from app.views where type = 'chart'") == "sample-chart");
  }
}

TEST_CASE("the sample's dates count from the day on which its tenant begins, not from that of the template") {
  const TestPlatform platform;
  const std::string name = platform.control(
      "select datname from pg_database where datistemplate and datname like "
      "'acctl\\_template%'");
  platform.control("alter database " + name + " allow_connections true");
  platform.in(name,
              "alter table app.items disable trigger touch;"
              "update app.items set created_at = created_at - interval '40 days', updated_at = updated_at - "
              "interval '40 days', start_date = start_date - 40, due_date = due_date - 40;"
              "alter table app.items enable trigger touch");
  platform.control("alter database " + name + " allow_connections false");
  platform.create("acme");
  CHECK(platform.in("acme",
                    "select min(start_date) = current_date and max(due_date) = current_date + 10 and "
                    "bool_and(updated_at = created_at) from app.items") == "t");
}

TEST_CASE("a sample that nobody has touched goes with what it is made of, anything else stays") {
  Tenant tenant;
  const std::string count = "select count(*) from app.items where sample";
  const std::string project = "delete from app.projects where key = 'sample-project'";
  // A view refers to the project, and another sample item to no status of its own.
  tenant.ask("delete from app.views where project_id is not null; delete from app.forms where project_id is not null");
  CHECK(tenant.refusal("delete from app.statuses where key = 'blocked'") == "");
  CHECK(tenant.ask(count) == "6");
  tenant.ask("update app.items set title = 'Mine now' where title = 'Invite your team'");
  CHECK(tenant.refusal(project) == acctl::test::restricted());
  tenant.ask("update app.items set sample = false where title = 'Mine now'; delete from app.items where not sample");
  tenant.ask("insert into app.comments (item_id, body) select min(id), 'b' from app.items where parent_id is not null");
  CHECK(tenant.refusal(project) == acctl::test::restricted());
  tenant.ask("delete from app.comments");
  // A subtask of a subtask, work that waits for a sample, and a value.
  const std::string item =
      "insert into app.items (project_id, title, status_id, parent_id) select project_id, 'Mine', "
      "status_id, ";
  const std::vector<std::string> all_mine = {
      item + "id from app.items where parent_id is not null limit 1",
      "with p as (insert into app.projects (key, name) values ('mine', 'Mine') returning id), i as (insert into app.items "
      "(project_id, title, status_id) select p.id, 'Mine', s.id from p, (select status_id as id from app.items limit 1) s "
      "returning id) insert into app.item_dependencies (blocker_id, blocked_id) select (select min(id) from app.items), id "
      "from i",
      "with f as (insert into app.custom_fields (key, name, type) values ('f', 'F', 'number') returning id) insert into "
      "app.item_field_values (item_id, field_id, value) select (select min(id) from app.items), id, '1' from f"};
  for (const std::string& mine : all_mine) {
    INFO(mine);
    tenant.ask(mine);
    CHECK(tenant.refusal(project) == acctl::test::restricted());
    CHECK(tenant.ask(count) == "5");
    tenant.ask("delete from app.items where title = 'Mine'; delete from app.item_field_values");
  }
  CHECK(tenant.refusal(project) == "");
  CHECK(tenant.ask(count) == "0");
  CHECK(tenant.refusal("delete from app.kb_categories") == "");
  CHECK(tenant.ask("select count(*) from app.kb_articles") == "0");
}

TEST_CASE("the application gives nobody a second base role, and takes the only one from nobody who can sign in") {
  Tenant tenant("conversational");
  tenant.ask(
      "insert into app.users (email, status) values ('ben@acme.example', 'active');"
      "update app.users set status = 'active'");
  const auto change = [](const std::string& verb, const std::string& role) {
    return (verb == "give"
                ? "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles "
                  "r where "
                : "delete from app.user_roles x using app.users u, app.roles r where x.user_id = u.id and "
                  "x.role_id = r.id and ") +
           ("u.email = 'ben@acme.example' and r.key = '" + role + "'");
  };
  CHECK(tenant.refusal(change("give", "user")) == "");
  CHECK(tenant.refusal(change("give", "admin")) == restricted);
  CHECK(tenant.refusal(change("take", "user")) == restricted);
  CHECK(tenant.refusal(change("take", "user") + ";" + change("give", "admin")) == "");
  CHECK(tenant.refusal("update app.users set status = 'suspended' where email = 'ben@acme.example'") == "");
  CHECK(tenant.refusal(change("take", "admin")) == "");
  // Which roles these are is not the application's to say.
  CHECK(tenant.refusal("update app.roles set base = false") == "42501");
  CHECK(tenant.refusal("insert into app.roles (key, name, base) values ('x', 'X', true)") == "42501");
}
