// One door: whatever command meets a database that is not as the registry and this acctl know it shows nothing of it
// and writes nothing in it. Every command of the tree is tried; a new one has to say here how it is called.
#include <map>
#include <set>

#include "cli/app.hpp"
#include "provisioning/database/connection.hpp"
#include "provisioning/database/embedded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/desk.hpp"
#include "tests/support/mail_server.hpp"

using acctl::Command;
using acctl::Connection;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Desk;
using acctl::test::difference;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::set_mail;

namespace {

using Words = std::vector<std::string>;

// How a command comes to a tenant: with -t and with --all, with -t alone, or by its arguments.
enum class Way { each, one, named };

struct Call {
  Words words;  // behind the command's own
  Way way = Way::each;
  std::string input = "";
};

// Works on files, on the platform or on registry rows and roles alone: a tenant's database is never entered.
const std::set<std::string> elsewhere = {"completion",
                                         "explain",
                                         "fmt",
                                         "help",
                                         "manual",
                                         "schema",
                                         "validate",
                                         "version",
                                         "pack list",
                                         "pack show",
                                         "local up",
                                         "local down",
                                         "local status",
                                         "local url",
                                         "local destroy",
                                         "local upgrade",
                                         "platform init",
                                         "platform apply",
                                         "platform status",
                                         "platform check",
                                         "platform upgrade",
                                         "tenant list",
                                         "tenant show",
                                         "tenant status",
                                         "tenant suspend",
                                         "tenant resume",
                                         "enterprise create",
                                         "enterprise list",
                                         "enterprise show",
                                         "audit list",
                                         "audit verify",
                                         "audit head",
                                         "audit export"};

// Two tenants, acme in an enterprise with a grant, bert for another one with a grant; in both the user mark, the role
// and the team "marked", and a token of acme's.
struct Two : Desk {
  Two() {
    set_mail(acctl, "transport: maildir, folder: " + acctl.folder.path() + "/mail, from: no-reply@help.example");
    acctl.create("bert");
    for (const std::string slug : {"acme", "bert"}) {
      acctl.in(slug, "insert into app.users (email, name, status, activated_at) values ('mark@x.example', 'Mark of " +
                         slug + "', 'active', now())");
      const std::string path =
          file("roles:\n  marked: {name: Role of " + slug + ", permissions: [tickets.view]}\n" +
               "role_templates:\n  marked: {name: Template of " + slug + ", permissions: [tickets.view]}\n" +
               "teams:\n  marked: {name: Team of " + slug + ", members: [mark@x.example]}\n");
      run = acctl.json({"apply", "-f", path, "-t", slug, "--yes"})["run"];
      require({"api-key", "create", "mark@x.example", "--name", "marked", "-t", slug});
    }
    definitions = file("roles:\n  other: {name: Other, permissions: [tickets.view]}\n");
    tests = file("tests:\n  - user: mark@x.example\n    can: [tickets.view]\n", "tests.yaml");
    plan = acctl.folder.path() + "/plan.json";
    require({"plan", "-f", definitions, "-t", "acme", "--out", plan});
    exported = acctl.folder.path() + "/export.yaml";
    require({"export", "-t", "acme", "--out", exported});
    people = acctl.folder.path() + "/people.csv";
    put_file(people, "email,name,external_id\nmark@x.example,Mark,1\nnew@x.example,New,2\n");
    const Result invited = (*this)({"user", "invite", "guest@x.example", "--print-link", "-o", "json"});
    const std::string link = invited.json()["invited"][0]["link"];
    token = link.substr(link.find_last_of("/=") + 1);
    for (const std::string key : {"umbrella", "other"}) {
      require({"enterprise", "create", key, "--name", key});
    }
    require({"enterprise", "add-tenant", "umbrella", "acme"});
    for (const std::string key : {"umbrella", "other"}) {
      require({"enterprise", "grant", key, "mark@x.example", "marked"});
    }
  }

  void require(const Words& words) const {
    const Result result = acctl(words);
    INFO(words.front() << " " << words[1] << ": " << result.err);
    REQUIRE(result.status == 0);
  }

  void swap() const {
    acctl.control("alter database acme rename to spare");
    acctl.control("alter database bert rename to acme");
    acctl.control("alter database spare rename to bert");
  }

  std::string databases() const { return everything("acme") + everything("bert"); }

  std::map<std::string, Call> calls() const {
    const std::string email = "mark@x.example";
    return {
        {"plan", {{"-f", definitions}}},
        {"apply", {{"-f", definitions}}},
        {"drift", {}},
        {"test", {{"-f", tests}}},
        {"log", {}},
        {"undo", {{run}}},
        {"export", {{}, Way::one}},
        {"import", {{"-f", exported, "--max-removals", "100%"}}},
        {"review", {}},
        {"can", {{email, "tickets.view"}, Way::one}},
        {"why", {{email, "tickets.view"}, Way::one}},
        {"outbox list", {}},
        {"outbox deliver", {}},
        {"outbox retry", {}},
        {"api-key list", {}},
        {"api-key create", {{email, "--name", "new"}, Way::one}},
        {"api-key revoke", {{email, "marked"}, Way::one}},
        {"user list", {}},
        {"user show", {{email}, Way::one}},
        {"user permissions", {{email}, Way::one}},
        {"user invite", {{"new@x.example"}}},
        {"user resend", {{"guest@x.example"}}},
        {"user accept", {{"--token-file", "-"}, Way::one, token}},
        {"user edit", {{email, "--name", "New"}}},
        {"user deactivate", {{email}}},
        {"user reactivate", {{email}}},
        {"user delete", {{email, "--revoke-roles"}}},
        {"user sync", {{"-f", people}}},
        {"user offboard", {{email}, Way::named}},
        {"role list", {}},
        {"role show", {{"marked"}, Way::one}},
        {"role lint", {}},
        {"role matrix", {{}, Way::one}},
        {"role create", {{"new", "--name", "New"}}},
        {"role clone", {{"marked", "new", "--name", "New"}}},
        {"role edit", {{"marked", "--name", "New"}}},
        {"role delete", {{"marked"}}},
        {"role grant", {{"marked", email}}},
        {"role revoke", {{"marked", email}}},
        {"role-template list", {}},
        {"role-template show", {{"marked"}, Way::one}},
        {"role-template create", {{"new", "--name", "New"}}},
        {"role-template edit", {{"marked", "--name", "New"}}},
        {"role-template delete", {{"marked"}}},
        {"role-template assign", {{"marked", email}}},
        {"role-template unassign", {{email}}},
        {"team list", {}},
        {"team show", {{"marked"}, Way::one}},
        {"team create", {{"new", "--name", "New"}}},
        {"team edit", {{"marked", "--name", "New"}}},
        {"team delete", {{"marked"}}},
        {"team add", {{"marked", "guest@x.example"}}},
        {"team remove", {{"marked", email}}},
        {"enterprise users", {{"umbrella"}, Way::named}},
        {"enterprise grant", {{"umbrella", email, "support-agent"}, Way::named}},
        {"enterprise revoke", {{"umbrella", email, "marked"}, Way::named}},
        {"enterprise add-tenant", {{"other", "bert"}, Way::named}},
        {"enterprise remove-tenant", {{"umbrella", "acme"}, Way::named}},
        {"tenant create", {{"acme", "--name", "Name of acme", "--admin-email", "ana@acme.example"}, Way::named}},
        {"tenant clone", {{"acme", "copy", "--name", "Copy", "--admin-email", "ana@copy.example"}, Way::named}},
        {"tenant retry", {{"acme"}, Way::named}},
        {"tenant delete", {{"acme", "--confirm", "acme"}, Way::named}},
        {"tenant doctor", {{"acme", "--fix"}, Way::named}},
        {"tenant migrate", {}},
    };
  }

  std::string run, definitions, tests, plan, exported, people, token;
};

void collect(const Command& command, const std::string& path, std::vector<std::string>& leaves) {
  if (command.run) leaves.push_back(path);
  for (const Command& sub : command.subcommands) collect(sub, path.empty() ? sub.name : path + " " + sub.name, leaves);
}

Words split(const std::string& text) {
  Words words;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

// Every row of a tenant's database, by a session that is kept: a new one costs many times as much.
std::string all_rows(Connection& tenant) {
  const acctl::Rows rows = tenant.script(
      "select c.oid::regclass || query_to_xml(format('select t::text from %s t order by 1', c.oid::regclass), true, "
      "false, '')::text from pg_class c where c.relkind = 'r' and c.relnamespace in ('app'::regnamespace, "
      "'acctl'::regnamespace) order by 1");
  std::string text;
  for (int row = 0; row < rows.size(); ++row) text += std::string(rows.text(row, 0)) + "\n";
  return text;
}

// Every command of the tree ends with 7, shows nothing and writes nothing.
void walk(const Two& two) {
  std::vector<std::string> leaves;
  collect(acctl::command_tree(), "", leaves);
  const std::map<std::string, Call> calls = two.calls();
  Connection acme(two.acctl.cluster.dsn("postgres", "acme"), {});
  Connection bert(two.acctl.cluster.dsn("postgres", "bert"), {});
  const auto databases = [&] { return all_rows(acme) + all_rows(bert); };
  const std::string before = databases();
  const auto refuses = [&](Words words, const std::string& input) {
    words.emplace_back("--yes");
    const Result result = two.acctl(words, input);
    std::string line;
    for (const std::string& word : words) line += word + " ";
    INFO(line << "ended with " << result.status << "\n" << result.out << result.err);
    CHECK(result.status == 7);
    for (const char* mark : {"of acme", "of bert", "Mark"}) {
      CHECK_FALSE(contains(result.out, mark));
    }
  };
  const auto nothing_written = [&] {
    const std::string after = databases();
    INFO(difference(before, after));
    CHECK((after == before));
  };
  for (const std::string& leaf : leaves) {
    if (elsewhere.contains(leaf)) continue;
    const auto found = calls.find(leaf);
    INFO("acctl " << leaf << ": say in this test how it is called, or that it enters no tenant's database");
    REQUIRE(found != calls.end());
    Words words = split(leaf);
    words.insert(words.end(), found->second.words.begin(), found->second.words.end());
    Words all = words;
    if (found->second.way != Way::named) words.insert(words.end(), {"-t", "acme"});
    refuses(words, found->second.input);
    if (found->second.way == Way::each) {
      all.emplace_back("--all");
      refuses(all, found->second.input);
    }
    nothing_written();
  }
  // A saved plan names its tenants itself.
  refuses({"apply", two.plan}, "");
  nothing_written();
  CHECK(two.acctl.control("select string_agg(slug || ' ' || status, ', ' order by slug) from acctl.tenants") ==
        "acme active, bert active");
}

}  // namespace

TEST_CASE("one door: with the databases of two tenants exchanged, no command shows or writes anything",
          "[promise 11]") {
  const Two two;
  two.swap();
  walk(two);
  two.swap();
  CHECK(two.complaints().empty());
}

TEST_CASE("one door: a newer schema than this acctl's is left alone by every command") {
  const Two two;
  for (const char* slug : {"acme", "bert"}) {
    two.acctl.in(slug, "insert into acctl.migrations values (99, 'future', 'x')");
  }
  walk(two);
}

TEST_CASE("one door: a migration that is not the one acctl carries stops every command") {
  const Two two;
  for (const char* slug : {"acme", "bert"}) {
    two.acctl.in(slug, "update acctl.migrations set checksum = 'x' where version = 2");
  }
  walk(two);
}

TEST_CASE("one door: the schema that counts is what the tenant's own database says", "[promise 11]") {
  const Desk desk;
  desk.acctl.control("update acctl.tenants set schema_version = 99");
  check_ended(desk({"user", "list"}), 0, "ana@acme.example");
  desk.acctl.control("update acctl.tenants set schema_version = 1");
  check_ended(desk({"team", "create", "new", "--name", "New"}), 0);
}

TEST_CASE("one door: a database without acctl's schema is not the tenant's") {
  const Desk desk;
  set_mail(desk.acctl,
           "transport: maildir, folder: " + desk.acctl.folder.path() + "/mail, from: no-reply@help.example");
  desk.acctl.control("alter database acme rename to spare");
  desk.acctl.control("create database acme owner acctl");
  for (const Words& words : {Words{"user", "list"}, Words{"export"}, Words{"user", "invite", "new@x.example"},
                             Words{"team", "create", "new", "--name", "New"}, Words{"outbox", "deliver"}}) {
    check_ended(desk(words), 7, "is not that of tenant acme");
  }
  CHECK(desk.in("select count(*) from pg_namespace where nspname in ('app', 'acctl')") == "0");
}

TEST_CASE("promise 4: a tenant that a later run has taken is left to it by all who write or read") {
  const Two two;
  two.acctl.in("acme", "update acctl.tenant set epoch = 99");
  const std::string before = two.databases();
  for (const Words& words :
       {Words{"team", "create", "new", "--name", "New"}, Words{"apply", "-f", two.definitions, "--yes"},
        Words{"user", "invite", "new@x.example"}, Words{"api-key", "create", "mark@x.example", "--name", "new"},
        Words{"user", "list"}, Words{"outbox", "deliver"}}) {
    check_ended(two(words), 9, "tenant acme belongs to a later run");
  }
  CHECK((two.databases() == before));
}
