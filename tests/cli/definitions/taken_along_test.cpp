// What goes with an object that is removed is shown before it goes; undo gives it back, or names what does not come
// back.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string files =
    "automations: {close: {name: Close, trigger: item.due, actions: [{set_status: done}]}}\n"
    "roles: {bot: {name: Bot, permissions: [users.view]}}\nteams: {t: {name: T}}\nusers: {bea@acme.example: {}}\n";

std::string last_run(const TenantFixture& desk) { return desk.json({"log", "--limit", "1"}).at(0)["run"]; }

// "automations/close 3 runs", one a line: of the plan's only group.
std::string taken(const nlohmann::ordered_json& report) {
  std::string all;
  const auto& group = report["groups"].at(0);
  if (!group.contains("taken_along")) return all;
  for (const auto& one : group["taken_along"]) {
    all += one["object"].get<std::string>() + " " + one["count"].dump() + " " + one["what"].get<std::string>() + " " +
           one["fate"].get<std::string>() + "\n";
  }
  return all;
}

struct Desk : TenantFixture {
  Desk() {
    applied(files);
    by_hand(
        "insert into app.automation_runs (automation_id, item_id) select a.id, i.id from app.automations a, (select id "
        "from app.items where sample order by id limit 3) i where a.key = 'close'");
    by_hand(
        "insert into app.activity (item_id, automation_id, action) select min(i.id), a.id, 'closed' from app.items i, "
        "app.automations a where a.key = 'close' group by a.id");
    by_hand(
        "insert into app.items (project_id, title, status_id, team_id) select p.id, 'mine', s.id, t.id from app.projects "
        "p, app.teams t, (select id from app.statuses where applies_to = 'item' limit 1) s where t.key = 't' limit 1");
    check_ended((*this)({"api-key", "create", "organization", "--name", "k", "--role", "bot"}), 0);
    in("update app.users set status = 'active' where email = 'bea@acme.example'; insert into app.sessions (user_id, "
       "token_hash, expires_at) select id, sha256('x'), now() + interval '1 day' from app.users where email = "
       "'bea@acme.example'");
  }
};

}  // namespace

TEST_CASE("what goes with a removed object is shown in every format before it goes", "[promise 14]") {
  const Desk desk;
  const std::string none = "automations: {}\nroles: {}\nteams: {}\nusers: {}\n";
  const std::vector<std::string> prune = {"--prune", "--allow-empty", "--max-removals", "100%"};
  CHECK(taken(desk.planned(none, prune)) ==
        "automations/close 3 run deleted\nautomations/close 1 activity record released\nroles/bot 1 API key ended\n"
        "teams/t 1 item released\nusers/bea@acme.example 1 invitation deleted\nusers/bea@acme.example 1 message "
        "deleted\nusers/bea@acme.example 1 session deleted\n");
  for (const char* format : {"table", "markdown", "github", "junit"}) {
    INFO(format);
    std::vector<std::string> words = prune;
    words.insert(words.end(), {"-o", format});
    const Result plan = desk.plan(none, words);
    CHECK(contains(plan.out, "deleted with automations/close: 3 runs"));
    CHECK(contains(plan.out, "left without automations/close: 1 activity record"));
    CHECK(contains(plan.out, "ended with roles/bot: 1 API key"));
    CHECK(contains(plan.out, "left without teams/t: 1 item"));
  }
  // The prompt is about it, and a plan without removals says nothing.
  check_ended(desk({"team", "delete", "t", "--dry-run"}), 0, "left without teams/t: 1 item");
  CHECK(taken(desk.planned(files + "forms: {f: {name: F, fields: [{field: subject}]}}\n")).empty());
}

TEST_CASE("undo says what does not come back, and gives back what does", "[promise 14]") {
  const Desk desk;
  const std::string history =
      "select a.key from app.activity h left join app.automations a on a.id = h.automation_id where h.action = 'closed'";
  desk.applied("automations: {}\nroles: {}\nteams: {}\nusers: {}\n",
               {"--prune", "--allow-empty", "--max-removals", "100%"});
  const std::string run = last_run(desk);
  CHECK(desk.in(history).empty());
  const std::string gone =
      "3 runs of automations/close, 1 API key of roles/bot, 1 invitation of users/bea@acme.example, 1 message of "
      "users/bea@acme.example, 1 session of users/bea@acme.example";
  CHECK(desk.json({"log", "--limit", "1"}).at(0)["message"] == "cannot be restored: " + gone);
  check_ended(desk({"log", run}), 0, "acme: cannot be restored: 3 runs of automations/close");
  CHECK(desk.json({"undo", run, "--dry-run"})["groups"][0]["remarks"][0] == "cannot be restored: " + gone);
  check_ended(desk({"undo", run, "--yes"}), 0, "cannot be restored: 3 runs of automations/close");
  CHECK(desk.in(history) == "close");
  CHECK(desk.in("select t.key from app.items i join app.teams t on t.id = i.team_id where title = 'mine'") == "t");
  // There and back again.
  check_ended(desk({"undo", last_run(desk), "--yes"}), 0);
  CHECK(desk.in(history).empty());
  const Result last = desk({"undo", last_run(desk), "--yes"});
  check_ended(last, 0);
  CHECK_FALSE(contains(last.out, "runs of automations"));  // none since
  CHECK(desk.in(history) == "close");
  // What takes nothing along has nothing to say.
  desk.applied(files + "forms: {f: {name: F, fields: [{field: subject}]}}\n");
  CHECK(desk.json({"log", "--limit", "1"}).at(0)["message"].is_null());
}

TEST_CASE("what people have put below a sample keeps it, and an untouched sample is named before it goes",
          "[promise 14]") {
  const TenantFixture desk;
  desk.by_hand(
      "delete from app.views where project_id is not null; delete from app.forms where project_id is not null");
  const std::string path = desk.acctl.folder.path() + "/wanted.yaml";
  std::string wanted = desk({"export"}).out;
  const std::size_t project = wanted.find("\n  sample-project:");
  REQUIRE(project != std::string::npos);
  std::size_t end = project + 1;
  do end = wanted.find('\n', end) + 1;
  while (wanted.compare(end, 4, "    ") == 0);
  wanted.erase(project + 1, end - project - 1);
  const std::size_t rest = wanted.find("\nprojects:\n") + 11;
  REQUIRE(wanted[rest - 1] == '\n');
  if (wanted[rest] != ' ') wanted.insert(rest - 1, " {}");
  acctl::test::put_file(path, wanted);
  const auto plan = desk.json({"import", "-f", path, "--edited", "--dry-run", "--max-removals", "100%"});
  CHECK(taken(plan) == "projects/sample-project 7 sample item deleted\n");
  // A subtask of a subtask of the sample.
  desk.by_hand(
      "insert into app.items (project_id, parent_id, title, status_id) select project_id, id, 'mine', status_id from "
      "app.items where parent_id is not null order by id limit 1");
  check_ended(desk({"import", "-f", path, "--edited", "--yes", "--max-removals", "100%"}), 7);
  CHECK(desk.in("select count(*) from app.items where title = 'mine'") == "1");
  CHECK(desk.in("select count(*) from app.items where sample") == "7");
}

namespace {

const std::string settings =
    "projects: {site: {name: Site}}\nstatuses: {hold: {name: Hold, applies_to: item, category: open}}\n"
    "priorities: {odd: {name: Odd, level: 50}}\nkb_categories: {faq: {name: FAQ}}\n"
    "custom_fields: {size: {name: Size, applies_to: item, type: dropdown, options: {choices: [s, m]}}}\n";

// Of people: two items of the project, with the status and the priority, and one with a value; a ticket; an article.
struct Work : TenantFixture {
  Work() {
    applied(settings);
    by_hand(
        "insert into app.items (project_id, title, status_id, priority_id) select p.id, t, s.id, o.id from app.projects "
        "p, app.statuses s, app.priorities o, unnest(array['one', 'two']) t where p.key = 'site' and s.key = 'hold' and "
        "o.key = 'odd'");
    by_hand(
        "insert into app.item_field_values (item_id, field_id, value) select i.id, f.id, '\"m\"' from app.items i, "
        "app.custom_fields f where i.title = 'two' and f.key = 'size'");
    by_hand(
        "insert into app.tickets (subject, channel, status_id, priority_id) select 'x', 'agent', s.id, o.id from "
        "app.statuses s, app.priorities o where s.applies_to = 'ticket' and s.is_default and o.key = 'odd'");
    by_hand(
        "insert into app.kb_articles (category_id, slug, title) select id, 'a', 'A' from app.kb_categories where key = "
        "'faq'");
  }
};

}  // namespace

TEST_CASE("what work of people keeps is refused by the plan, with the count and the way out", "[promise 14]") {
  const Work desk;
  const std::string none = "projects: {}\nstatuses: {}\npriorities: {}\nkb_categories: {}\ncustom_fields: {}\n";
  const std::vector<std::string> prune = {"--prune", "--allow-empty", "--max-removals", "100%"};
  const std::string before = desk.everything();
  std::vector<std::string> dry = prune;
  dry.emplace_back("--dry-run");
  for (const Result& result : {desk.plan(none, prune), desk.apply(none, dry), desk.apply(none, prune)}) {
    check_ended(result, 7);
    const std::string text = result.out + result.err;
    for (const char* part : {"projects/site cannot be removed: it still has 2 items",
                             "statuses/hold cannot be removed: it still has 2 items",
                             "priorities/odd cannot be removed: it still has 2 items and 1 ticket",
                             "custom_fields/size cannot be removed: it still has 1 item value",
                             "kb_categories/faq cannot be removed: it still has 1 article",
                             "Move the items to another project or delete them first"}) {
      INFO(part);
      CHECK(contains(text, part));
    }
    CHECK_FALSE(contains(text, "the database refuses"));
  }
  CHECK(difference(before, desk.everything()) == "");
  // Whoever may change projects and not see people's work is told no number.
  desk.applied(
      "manager: people\nroles: {pm: {name: PM, permissions: [projects.manage]}}\n"
      "users: {pm@acme.example: {roles: [pm]}}\n");
  desk.in("update app.users set status = 'active' where email = 'pm@acme.example'");
  const Result bounded = desk.apply("projects: {}\n", {"--prune", "--allow-empty", "--only", "projects",
                                                       "--max-removals", "100%", "--as", "pm@acme.example"});
  check_ended(bounded, 7, "projects/site cannot be removed: it still has items");
  // Nothing else than work that is there is in the way.
  desk.by_hand(
      "delete from app.items where title in ('one', 'two'); delete from app.tickets; "
      "delete from app.kb_articles where slug = 'a'");
  check_ended(desk.apply(none, prune), 0);
}

TEST_CASE("what would no longer fit work of people is refused by the plan as well", "[promise 14]") {
  const Work desk;
  const auto changed = [](std::string from, const std::string& to) {
    std::string text = settings;
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string before = desk.everything();
  check_ended(desk.plan(changed("[s, m]", "[s]")), 7,
              "custom_fields/size cannot get this type or these options: it still has 1 unsuitable value");
  check_ended(desk.plan(changed("type: dropdown, options: {choices: [s, m]}", "type: number")), 7,
              "it still has 1 unsuitable value");
  check_ended(desk.plan(changed("Size, applies_to: item", "Size, applies_to: ticket")), 7,
              "custom_fields/size cannot apply to something else: it still has 1 item value");
  check_ended(desk.plan(changed("Hold, applies_to: item", "Hold, applies_to: ticket")), 7,
              "statuses/hold cannot apply to something else: it still has 2 items");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(desk.apply(changed("[s, m]", "[m, l]")), 0);
}

TEST_CASE("undo of a suspension says what does not come back, whatever suspended the user", "[promise 14]") {
  const Desk desk;
  const std::string bea = "bea@acme.example";
  const std::string open =
      "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256(random()::text::bytea), now() + "
      "interval '1 day' from app.users where email = 'bea@acme.example'";
  check_ended(desk({"api-key", "create", bea, "--name", "k"}), 0);
  check_ended(desk({"api-key", "create", bea, "--name", "over"}), 0);
  desk.in(
      "update app.api_keys set expires_at = now() - interval '1 h', created_at = now() - interval '1 d' where name = 'over'");
  const auto suspended = [&](const std::vector<std::string>& words, const std::string& lost) {
    std::vector<std::string> rehearsed = words;
    rehearsed.emplace_back("--dry-run");
    CHECK(contains(desk(rehearsed).out, "ended with users/" + bea + ": "));
    std::vector<std::string> done = words;
    done.emplace_back("--yes");
    check_ended(desk(done), 0);
    const std::string run = last_run(desk);
    CHECK(desk.json({"log", "--limit", "1"}).at(0)["message"] == "cannot be restored: " + lost);
    check_ended(desk({"undo", run, "--yes"}), 0, "cannot be restored: " + lost);
    CHECK(desk.in("select status from app.users where email = '" + bea + "'") == "active");
    CHECK(
        desk.in("select count(*) from app.api_keys where user_id is not null and revoked_at is null and (expires_at is "
                "null or expires_at > now())") == "0");
  };
  suspended({"user", "deactivate", bea}, "1 API key of users/" + bea + ", 1 session of users/" + bea);
  desk.in(open);
  suspended({"apply", "-f", desk.file("users: {bea@acme.example: {status: suspended}}\n")},
            "1 session of users/" + bea);
  // Nothing open, nothing to say.
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0);
  CHECK(desk.json({"log", "--limit", "1"}).at(0)["message"].is_null());
  // The link of somebody who was invited.
  check_ended(desk({"user", "invite", "new@acme.example", "--no-mail"}), 0);
  check_ended(desk({"user", "deactivate", "new@acme.example", "--yes"}), 0);
  CHECK(desk.json({"log", "--limit", "1"}).at(0)["message"] ==
        "cannot be restored: 1 invitation of users/new@acme.example");
}
