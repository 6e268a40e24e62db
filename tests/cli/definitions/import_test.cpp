// export, import and tenant clone: a tenant's configuration as a file, and another tenant made equal to it.
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string own = R"(
roles:
  helper: {name: Helper, permissions: [tickets.create, tickets.view: group]}
  support-agent: {name: Agent, permissions: [tickets.view: restricted]}
role_templates:
  manager: {name: Manager, permissions: [reports.export]}
teams:
  tier-1: {name: Tier 1, members: [ana@acme.example, ben@acme.example]}
users:
  ben@acme.example: {name: Ben, roles: [helper], role_template: manager, permissions: [items.view]}
settings:
  locale: de
  note: "a: b # c\nd ' \" é ☃"
guards: {protect: [roles/helper]}
)";

std::string exported(const TenantFixture& desk, const std::string& tenant, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"export", "-t", tenant});
  const Result result = desk.acctl(more);
  INFO(result.err);
  REQUIRE(result.status == 0);
  return result.out;
}

Result import(const TenantFixture& desk, const std::string& tenant, const std::string& document,
              std::vector<std::string> more = {}) {
  const std::string path = desk.acctl.folder.path() + "/export.yaml";
  put_file(path, document);
  more.insert(more.begin(), {"import", "-f", path, "-t", tenant, "--yes"});
  return desk.acctl(more);
}

const std::vector<std::string> loosely = {"--max-removals", "100%"};

}  // namespace

TEST_CASE("an export is YAML, and says so where something else is asked for") {
  const TenantFixture desk;
  check_ended(desk({"export", "-o", "json"}), 3, "export writes YAML only");
  check_ended(desk({"export", "-o", "yaml"}), 0);
}

TEST_CASE("people are exported with any choice of kinds, and without their teams") {
  const TenantFixture desk;
  desk.applied("users: {ben@acme.example: {}}\nteams: {t: {name: T, members: [ben@acme.example]}}\n");
  const std::string roles = exported(desk, "acme", {"--include-users", "--only", "roles"});
  CHECK(contains(roles, "\nroles:"));
  CHECK_FALSE(contains(roles, "ben@acme.example"));
  const std::string users = exported(desk, "acme", {"--include-users", "--only", "users"});
  CHECK(contains(users, "ben@acme.example"));
  CHECK_FALSE(contains(users, "\nteams:"));
}

TEST_CASE("an export imported into another tenant exports to the same bytes") {
  const TenantFixture desk;
  desk.applied(own, {"--max-removals", "100%"});
  desk.acctl.create("bert");
  const std::string document = exported(desk, "acme");
  CHECK(document == exported(desk, "acme"));
  CHECK_FALSE(contains(document, "ben@"));
  CHECK_FALSE(contains(document, "manager: gitops"));
  check_ended(import(desk, "bert", document, loosely), 0);
  CHECK(exported(desk, "bert") == document);
  check_ended(import(desk, "bert", document), 0, "nothing to change");
}

TEST_CASE("an export with users brings them along, and no secret") {
  const TenantFixture desk;
  desk.applied(own, {"--max-removals", "100%"});
  desk.in(
      "update app.users set status = 'active'; insert into app.credentials (user_id, password_hash) select id, "
      "'pbkdf2_sha256$1$c2FsdA==$c2VjcmV0LWhhc2g=' from app.users");
  desk.acctl.create("bert");
  const std::string document = exported(desk, "acme", {"--include-users"});
  CHECK(contains(document, "ben@acme.example"));
  CHECK_FALSE(contains(document, "c2VjcmV0"));
  check_ended(import(desk, "bert", document, {"--max-removals", "100%", "--min-admins", "0"}), 0);
  CHECK(exported(desk, "bert", {"--include-users"}) == document);
  CHECK(desk.acctl.in("bert", "select string_agg(email || status, ' ' order by email) from app.users") ==
        "ana@acme.exampleinvited ben@acme.exampleinvited");
}

TEST_CASE("import removes what the export does not have, guarded and asked about") {
  const TenantFixture desk;
  const std::string document = exported(desk, "acme");
  std::string teams = "teams:\n";
  for (int i = 0; i < 8; ++i) teams += "  t" + std::to_string(i) + ": {name: T}\n";
  desk.applied("manager: gitops\n" + teams);
  // No team is declared, and teams are not spoken of: they stay.
  const bool speaks = contains(document, "teams:");
  const std::string whole = speaks ? document : document + "teams: {}\n";
  const std::string before = desk.configuration();
  check_ended(import(desk, "acme", whole), 5, "8 of 8 teams would be removed");
  CHECK(difference(before, desk.configuration()) == "");
  const std::string path = desk.acctl.folder.path() + "/export.yaml";
  check_ended(desk({"import", "-f", path, "--max-removals", "100%"}), 10, "--yes");
  check_ended(desk({"import", "-f", path, "--max-removals", "100%", "--dry-run"}), 0, "- teams/t0");
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(import(desk, "acme", whole, loosely), 0);
  CHECK(desk.in("select count(*) from app.teams") == "0");
  CHECK(desk.in("select command || ' ' || outcome from acctl.runs order by id desc limit 1") == "import done");
}

TEST_CASE("an export of some kinds leaves the others alone") {
  const TenantFixture desk;
  desk.applied(own, {"--max-removals", "100%"});
  desk.acctl.create("bert");
  desk.applied("teams:\n  ours: {name: Ours}\nsettings: {locale: fr}\n", {"-t", "bert", "--only", "teams,settings"});
  const std::string document = exported(desk, "acme", {"--only", "roles"});
  CHECK(contains(document, "helper"));
  CHECK_FALSE(contains(document, "statuses:"));
  CHECK_FALSE(contains(document, "protect"));
  const std::string other = desk.acctl.in("bert", "select string_agg(t::text, ' ' order by t.key) from app.statuses t");
  check_ended(import(desk, "bert", document, loosely), 0);
  CHECK(exported(desk, "bert", {"--only", "roles"}) == document);
  CHECK(desk.acctl.in("bert", "select string_agg(t::text, ' ' order by t.key) from app.statuses t") == other);
  CHECK(desk.acctl.in("bert", "select count(*) from app.teams where key = 'ours'") == "1");
}

TEST_CASE("import keeps the members of teams where no users are declared, and managers") {
  const TenantFixture desk;
  desk.applied("manager: gitops\nteams:\n  crew: {name: Crew, members: [ana@acme.example]}\n");
  const std::string document = exported(desk, "acme");
  desk.by_hand("update app.teams set name = 'Hand' where key = 'crew'");
  check_ended(import(desk, "acme", document), 0);
  CHECK(desk.in("select name || ' ' || manager from app.teams") == "Crew gitops");
  CHECK(desk.members_of("crew") == "ana");
}

TEST_CASE("import follows renames, and wants all of an object to be said") {
  const TenantFixture desk;
  desk.applied("teams:\n  crew: {name: Crew, members: [ana@acme.example]}\n  other: {name: Other}\n");
  const std::string id = "select id from app.teams where key = ";
  const std::string identity = desk.in(id + "'crew'");
  check_ended(import(desk, "acme", "acctl: 1\nteams: {gang: {name: Gang, previously: [crew]}}\n", {"--edited"}), 0);
  CHECK(desk.in(id + "'gang'") == identity);
  CHECK(desk.members_of("gang") == "ana");
  CHECK(desk.in("select count(*) from app.teams") == "1");
  const Result bare = import(desk, "acme", "acctl: 1\nteams: {gang: {}}\n", {"--edited"});
  check_ended(bare, 3, ":2:9: teams/gang needs 'name'\n");
}

TEST_CASE("an export of a newer schema is refused with the reason, and a torn one too") {
  const TenantFixture desk;
  const std::string document = exported(desk, "acme");
  const std::string before = desk.everything();
  std::string newer = document;
  const std::size_t at = newer.find("schema: ");
  REQUIRE(at != std::string::npos);
  newer.replace(at, newer.find('\n', at) - at, "schema: 99");
  check_ended(import(desk, "acme", newer, loosely), 3, "99");
  check_ended(import(desk, "acme", document.substr(0, document.size() / 2) + "\n  : :", loosely), 3, "export.yaml:");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("export writes a whole file of mode 0600, and takes one tenant") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  const std::string path = desk.acctl.folder.path() + "/out.yaml";
  check_ended(desk({"export", "--out", path}), 0);
  CHECK(acctl::test::file_text(path) == exported(desk, "acme"));
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  check_ended(desk.acctl({"export", "--all"}), 3, "takes one tenant");
  const Result stdout_ = desk({"export", "--out", "-"});
  CHECK(stdout_.out == exported(desk, "acme"));
  const std::string link = desk.acctl.folder.path() + "/link";
  REQUIRE(symlink(path.c_str(), link.c_str()) == 0);
  check_ended(desk({"export", "--out", link}), 3, link + " is not a regular file");
  struct stat there = {};
  CHECK((lstat(link.c_str(), &there) == 0 && S_ISLNK(there.st_mode)));
  REQUIRE(mkfifo((path + ".fifo").c_str(), 0600) == 0);
  check_ended(desk({"export", "--out", path + ".fifo"}), 3, "is not a regular file");
  check_ended(desk({"export", "--only", "rols"}), 3, "did you mean 'roles'?");
}

TEST_CASE("a source that cannot be copied is refused before a clone of it is made") {
  const TenantFixture desk;
  desk.in("update app.automations set conditions = '{\"any\": 5}'");
  const std::string before = desk.acctl.world_but_audit();
  check_ended(desk.acctl({"tenant", "clone", "acme", "twin", "--name", "Twin", "--admin-email", "ana@twin.example"}), 3,
              "the configuration of acme cannot be copied");
  CHECK(desk.acctl.world_but_audit() == before);
}

TEST_CASE("tenant clone makes a tenant that is configured like another, with names of its own") {
  const TenantFixture desk;
  desk.applied(own, {"--max-removals", "100%"});
  const std::vector<std::string> words = {"tenant", "clone",        "acme",          "twin",
                                          "--name", "Twin of acme", "--admin-email", "eve@twin.example"};
  check_ended(desk.acctl(words), 0);
  const auto without_names = [](std::string document) {
    for (const char* line : {"branding.name", "portal.hostname", "support.address"}) {
      const std::size_t at = document.find(std::string("  ") + line);
      REQUIRE(at != std::string::npos);
      document.erase(at, document.find('\n', at) - at);
    }
    return document.substr(0, document.rfind("# end: "));
  };
  const std::vector<std::string> named = {"--with-identity"};
  CHECK(without_names(exported(desk, "twin", named)) == without_names(exported(desk, "acme", named)));
  CHECK(exported(desk, "twin") == exported(desk, "acme"));
  CHECK(contains(exported(desk, "twin", named), "branding.name: Twin of acme"));
  CHECK(desk.acctl.in("twin", "select string_agg(email, ' ') from app.users") == "eve@twin.example");
  CHECK(desk.acctl.in("twin", "select count(*) from app.team_members") == "0");
  CHECK(desk.acctl.in("twin", "select string_agg(command || ' ' || outcome, ' ') from acctl.runs") ==
        "tenant clone done");
  // The same call again changes nothing.
  const std::string before = desk.everything("twin");
  check_ended(desk.acctl(words), 0);
  CHECK(difference(before, desk.everything("twin")) == "");
  // And goes along with the source.
  desk.applied("settings: {locale: fr}\n");
  std::vector<std::string> again = words;
  again.emplace_back("--yes");
  check_ended(desk.acctl(again), 0);
  CHECK(desk.acctl.in("twin", "select value #>> '{}' from app.settings where key = 'locale'") == "fr");
  CHECK(desk.acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("tenant clone --dry-run makes nothing, and a suspended source is refused") {
  const TenantFixture desk;
  std::vector<std::string> words = {"tenant", "clone", "acme",          "twin",
                                    "--name", "Twin",  "--admin-email", "e@twin.example"};
  words.emplace_back("--dry-run");
  const std::string before = desk.acctl.world();
  check_ended(desk.acctl(words), 0, "would be created like acme");
  CHECK(difference(before, desk.acctl.world()) == "");
  words.pop_back();
  REQUIRE(desk.acctl({"tenant", "suspend", "acme", "--yes"}).status == 0);
  check_ended(desk.acctl(words), 7, "acme is suspended");
  words[2] = "nobody";
  check_ended(desk.acctl(words), 3, "nobody");
}

TEST_CASE("what the application has stored is cloned and imported as it is, and refused from a person") {
  const TenantFixture desk;
  desk.in("update app.roles set name = E'\\u0085a\\u202Eb' where key = 'support-agent'");
  desk.in("update app.roles set name = E'A\\u00a0B' where key = 'team-lead'");
  desk.in("update app.settings set value = '\"red\"' where key = 'branding.colour'");
  desk.in("insert into app.settings (key, value) values ('invitations', '{\"expire_days\": 2}')");
  const std::string odd =
      "select string_agg(name, '|' order by key) from app.roles where key in ('support-agent', 'team-lead')";
  const std::string stored = desk.in(odd);
  check_ended(desk.acctl({"tenant", "clone", "acme", "twin", "--name", "Twin", "--admin-email", "eve@twin.example"}),
              0);
  CHECK(desk.acctl.in("twin", odd) == stored);
  CHECK(desk.acctl.in("twin", "select value #>> '{}' from app.settings where key = 'branding.colour'") == "red");
  const std::string document = exported(desk, "acme");
  CHECK(contains(document, R"(name: "\u0085a\u202eb")"));
  desk.acctl.create("bert");
  check_ended(import(desk, "bert", document, {"--max-removals", "100%"}), 0);
  CHECK(desk.acctl.in("bert", odd) == stored);
  CHECK(exported(desk, "bert") == document);
  // A person who writes it is told.
  const Result edited = import(desk, "bert", "# mine\n" + document, {"--edited"});
  check_ended(edited, 3, "'name' holds a control or invisible character, U+0085");
  CHECK(contains(edited.err, "'branding.colour' takes a colour as #rrggbb"));
}
