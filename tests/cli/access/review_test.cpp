// review: who has what, since when and by which change; and what calls for a look.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::contains;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

using Json = nlohmann::ordered_json;

// Bob works; Carla has not signed in for long, Dan never; Eve is suspended; Fay is an admin who never came.
const std::string people =
    "role_templates:\n  extra: {name: Extra, permissions: [tickets.delete, tickets.assign: global]}\n"
    "users:\n  bob@acme.example: {name: Bob, roles: [support-agent], role_template: extra, permissions: "
    "[tickets.export, {reports.view: group}]}\n"
    "  carla@acme.example: {roles: [support-agent, team-lead]}\n  dan@acme.example: {}\n"
    "  eve@acme.example: {roles: [support-agent]}\n  fay@acme.example: {roles: [admin], crm_access: false}\n";

std::string applied(const TenantFixture& desk) {
  const std::string run = desk.applied(people, {"--actor", "gil"});
  desk.in(
      "update app.users set status = 'active', last_sign_in_at = now() - interval '1 day' where email <> "
      "'ana@acme.example'");
  desk.in("update app.users set last_sign_in_at = now() - interval '100 days' where email = 'carla@acme.example'");
  desk.in("update app.users set last_sign_in_at = null where email in ('dan@acme.example', 'fay@acme.example')");
  desk.in("update app.users set status = 'suspended' where email = 'eve@acme.example'");
  return run;
}

std::map<std::string, Json> by_name(const Json& all) {
  std::map<std::string, Json> people_by_name;
  for (const auto& person : all) {
    const std::string email = person["email"];
    people_by_name[email.substr(0, email.find('@'))] = person;
  }
  return people_by_name;
}

}  // namespace

TEST_CASE("review tells of everybody what they have, since when and by which run") {
  const TenantFixture desk;
  const std::string run = applied(desk);
  const Json all = desk.json({"review"});
  std::string emails;
  for (const auto& person : all) {
    CHECK(keys_of(person) ==
          "tenant email name status admin roles role_template permissions effective crm_access last_sign_in_at flags "
          "api_keys key");
    CHECK(person["tenant"] == "acme");
    emails += person["email"].get<std::string>() + " ";
  }
  CHECK(emails ==
        "ana@acme.example bob@acme.example carla@acme.example dan@acme.example eve@acme.example fay@acme.example ");
  const auto person = by_name(all);
  const Json& bob = person.at("bob");
  CHECK(bob["name"] == "Bob");
  REQUIRE(bob["roles"].size() == 1);
  CHECK(keys_of(bob["roles"][0]) == "role until since run actor");
  CHECK(bob["roles"][0]["role"] == "support-agent");
  CHECK(bob["roles"][0]["until"].is_null());
  CHECK(bob["roles"][0]["run"] == run);
  CHECK(bob["roles"][0]["actor"] == "gil");
  CHECK_THAT(bob["roles"][0]["since"].get<std::string>(), Catch::Matches("20..-..-..T..:..:..Z"));
  CHECK(keys_of(bob["role_template"]) == "role_template since run actor");
  CHECK(bob["role_template"]["role_template"] == "extra");
  CHECK(bob["role_template"]["run"] == run);
  CHECK(keys_of(bob["permissions"][0]) == "permission level since run actor");
  CHECK(bob["permissions"][0]["permission"] == "reports.view");
  CHECK(bob["permissions"][0]["level"] == "group");
  CHECK(bob["permissions"][1]["permission"] == "tickets.export");
  CHECK(bob["permissions"][1]["level"].is_null());
  CHECK(bob["permissions"][1]["run"] == run);
  // What was seeded, no run of the ledger granted.
  CHECK(person.at("ana")["roles"][0]["role"] == "admin");
  CHECK(person.at("ana")["roles"][0]["run"].is_null());
  CHECK(person.at("dan")["role_template"].is_null());
}

TEST_CASE("what review says that people may do is what the application goes by") {
  const TenantFixture desk;
  applied(desk);
  desk.in("update app.users set crm_access = true where email = 'carla@acme.example'");
  for (const auto& person : desk.json({"review"})) {
    const std::string email = person["email"];
    INFO(email);
    std::string expected;
    const Json effective = desk.json({"user", "permissions", email});
    for (const auto& held : effective["permissions"]) {
      expected += held["permission"].get<std::string>() +
                  (held["level"].is_null() ? "" : ":" + held["level"].get<std::string>()) + " ";
    }
    std::string told;
    for (const auto& held : person["effective"]["permissions"]) told += held.get<std::string>() + " ";
    CHECK(told == expected);
    CHECK(person["effective"]["count"] == person["effective"]["permissions"].size());
    CHECK((person["crm_access"] == true) ==
          (desk.in("select crm_access from app.crm_access where email = '" + email + "'") == "t"));
    CHECK((person["admin"] == true) ==
          (desk.in("select count(*) from app.admins where email = '" + email + "'") == "1"));
  }
}

TEST_CASE("review flags what calls for a look") {
  const TenantFixture desk;
  applied(desk);
  desk.in(
      "update app.user_roles set expires_at = now() + interval '3 days' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  const auto flags = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"review"};
    words.insert(words.end(), more.begin(), more.end());
    std::string all;
    for (const auto& person : desk.json(words)) {
      const std::string email = person["email"];
      for (const auto& flag : person["flags"])
        all += email.substr(0, email.find('@')) + ": " + flag.get<std::string>() + "\n";
    }
    return all;
  };
  CHECK(flags({}) ==
        "bob: expiring grant\ncarla: inactive\ndan: never signed in\nfay: never signed in\nfay: admin without need\n");
  CHECK(flags({"--inactive-for", "101d", "--expiring-within", "1d"}) ==
        "dan: never signed in\nfay: never signed in\nfay: admin without need\n");
  CHECK(flags({"--inactive-for", "1h", "--max-admins", "1", "--expiring-within", "1h"}) ==
        "ana: too many admins\nbob: inactive\ncarla: inactive\ndan: never signed in\nfay: never signed in\n"
        "fay: admin without need\nfay: too many admins\n");
  desk.in("update app.users set invited_at = now() - interval '91 days' where email = 'ana@acme.example'");
  CHECK(flags({"--flagged"}) ==
        "ana: never signed in\nbob: expiring grant\ncarla: inactive\ndan: never signed in\nfay: never signed in\n"
        "fay: admin without need\n");
  CHECK(desk.json({"review", "--flagged"}).size() == 5);
  desk.in(
      "update app.user_roles set expires_at = now() - interval '3 days' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  CHECK(by_name(desk.json({"review"})).at("bob")["roles"].empty());
}

TEST_CASE("review says when no admin is permanent") {
  const TenantFixture desk;
  desk.applied("users: {fay@acme.example: {roles: [admin]}, bob@acme.example: {roles: [support-agent, team-lead]}}\n");
  desk.in(
      "update app.user_roles set expires_at = '2040-01-01 00:00+00' where role_id = (select id from app.roles where "
      "key = 'admin')");
  for (const auto& person : desk.json({"review"})) {
    CHECK(contains(person["flags"].dump(), "no permanent admin") == (person["admin"] == true));
  }
  CHECK(desk({"review"}).err ==
        "acme: 0 active, 3 invited, 0 suspended, 2 admins; no admin is permanent, the last admin role expires at "
        "2040-01-01T00:00:00Z\n");
  CHECK(contains(desk({"review", "--format", "markdown"}).out, "2; no admin is permanent"));
  desk.in(
      "update app.user_roles set expires_at = null where user_id = (select id from app.users where email like "
      "'fay@%')");
  CHECK_FALSE(contains(desk.json({"review"}).dump(), "no permanent admin"));
}

TEST_CASE("review writes tables and CSV for people") {
  const TenantFixture desk;
  applied(desk);
  const Result table = desk({"review"});
  CHECK(table.status == 0);
  CHECK(table.err == "acme: 4 active, 1 invited, 1 suspended, 2 admins\n");
  CHECK(contains(table.out, "carla@acme.example  acme    active     support-agent, team-lead"));
  const Result csv = desk({"review", "--format", "csv"});
  CHECK(
      csv.out.starts_with("EMAIL,TENANT,NAME,STATUS,ADMIN,ROLES,GRANTED,TEMPLATE,DIRECT,MAY,PERMISSIONS,CRM,LAST "
                          "SIGN-IN,FLAGS,KEYS\r\n"));
  CHECK(contains(csv.out, "\r\nbob@acme.example,acme,Bob,active,no,support-agent,support-agent since 20"));
  CHECK(contains(csv.out, ",extra,\"reports.view:group, tickets.export\","));
  CHECK(desk({"review", "-o", "csv"}).out == csv.out);
  desk.by_hand("delete from app.user_roles where role_id = (select id from app.roles where key = 'team-lead')");
  CHECK(desk({"review"}).err == "acme: 4 active, 1 invited, 1 suspended, 2 admins; roles without holders: team-lead\n");
}

namespace {

// Bob has two keys that work, one that expired and one that was revoked; the organization has one.
void make_keys(const TenantFixture& desk) {
  const auto key = [&](const std::string& owner, const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"api-key", "create", owner, "--name", name};
    words.insert(words.end(), more.begin(), more.end());
    REQUIRE(desk(words).status == 0);
  };
  const std::string bob = "bob@acme.example";
  key(bob, "deploy", {});
  key(bob, "ci", {"--permission", "tickets.view:group"});
  key(bob, "late", {"--expires", "1d"});
  key(bob, "gone", {});
  key("organization", "backup", {"--permission", "reports.view:group,tickets.export"});
  desk.in(
      "update app.api_keys set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
      "where name = 'late'");
  REQUIRE(desk({"api-key", "revoke", bob, "gone", "--yes"}).status == 0);
}

// The record of the key that is no user's, the last of the tenant.
Json shared_key(const Json& all) {
  REQUIRE(all.size() == 7);
  CHECK(keys_of(all.back()) == keys_of(all.front()));
  CHECK(all.back()["email"].is_null());
  return all.back();
}

}  // namespace

TEST_CASE("review and user list name the API keys of each user that have not ended") {
  const TenantFixture desk;
  applied(desk);
  CHECK(by_name(desk.json({"review"})).at("bob")["api_keys"].empty());
  make_keys(desk);
  Json people = desk.json({"review"});
  shared_key(people);
  people.erase(people.size() - 1);
  for (const Json& all : {people, desk.json({"user", "list"})}) {
    const auto person = by_name(all);
    CHECK(person.at("bob")["api_keys"] == Json::array({"ci", "deploy"}));
    CHECK(person.at("carla")["api_keys"] == Json::array());
  }
  CHECK(contains(desk({"user", "list", "-o", "wide"}).out, "ci, deploy"));
  CHECK_FALSE(contains(desk({"user", "list"}).out, "deploy"));
  // What it writes as CSV is for 'user invite', which knows no keys.
  CHECK_FALSE(contains(desk({"user", "list", "-o", "csv"}).out, "KEYS"));
  CHECK(contains(desk({"review"}).out, "ci, deploy"));
  CHECK(contains(desk({"review", "-o", "csv"}).out, ",\"ci, deploy\"\r\n"));
  CHECK(contains(desk({"review", "--format", "markdown"}).out, "| ci, deploy |"));
  CHECK(contains(desk({"review", "--format", "html"}).out, "data-label=\"API keys\">ci, deploy</td>"));
}

TEST_CASE("review lists the keys that are no user's after the people, with what they can do") {
  const TenantFixture desk;
  applied(desk);
  for (const char* format : {"html", "markdown"}) {
    CHECK_FALSE(contains(desk({"review", "--format", format}).out, "keys that are no user's"));
  }
  make_keys(desk);
  const Json key = shared_key(desk.json({"review"}));
  CHECK(key["api_keys"] == Json::array({"backup"}));
  CHECK(keys_of(key["key"]) == "owner enterprise name prefix created_by created_at expires_at last_used_at");
  CHECK(key["key"]["owner"] == "organization");
  CHECK(key["key"]["name"] == "backup");
  CHECK(key["effective"]["permissions"] == Json::array({"reports.view:group", "tickets.export"}));
  CHECK(key["permissions"][0]["permission"] == "reports.view");
  CHECK(key["permissions"][0]["level"] == "group");
  const std::string table = desk({"review"}).out;
  CHECK_THAT(table, Catch::Contains("\norganization") && Catch::Contains("reports.view:group, tickets.export"));
  CHECK(contains(desk({"review", "-o", "csv"}).out, "\r\norganization,acme,,active,no,,since 20"));
  const std::string markdown = desk({"review", "--format", "markdown"}).out;
  CHECK(markdown.find("### API keys that are no user's") > markdown.find("### People"));
  CHECK(contains(markdown, "\n| backup | organization | reports.view:group, tickets.export | 2 | since 20"));
  const std::string html = desk({"review", "--format", "html"}).out;
  CHECK(html.find("<h2 id=\"keys\">") > html.find(">People</h2>"));
  CHECK(contains(html, "scope=\"row\">backup</th>"));
  // Names are of people, and so are flags.
  CHECK_FALSE(contains(desk({"review", "-o", "name"}).out, "organization"));
  CHECK_FALSE(contains(desk({"review", "--flagged"}).out, "organization"));
  // Who holds a permission: keys, too.
  CHECK(contains(desk({"review", "--permission", "tickets.export"}).out, "organization"));
  CHECK_FALSE(contains(desk({"review", "--permission", "tickets.delete"}).out, "organization"));
}

TEST_CASE("the page of a review stands alone, says the sum first, and flags in words") {
  const TenantFixture desk;
  applied(desk);
  const Result result = desk({"review", "--format", "html"});
  CHECK(result.status == 0);
  const std::string& page = result.out;
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(page.ends_with("</main>\n</body>\n</html>\n"));
  CHECK(page.find(">Totals</h2>") < page.find(">People</h2>"));
  CHECK(page.find(">People</h2>") < page.find(">Signature</h2>"));
  for (const char* part :
       {"<dt>Made by</dt><dd>", "<dt>Made at</dt><dd>20", "<dt>Control database</dt><dd>", "<dd>acctl ",
        "data-label=\"Active\" class=\"number\">4</td>", "data-label=\"Never signed in\" class=\"number\">2</td>",
        "<span class=\"flag\">admin without need</span>", ">Bob<br><span class=\"soft\">bob@acme.example</span></th>",
        "<li>Support Agent<br>", "<li>template Extra<br>", ">Permissions of roles</h2>"}) {
    INFO(part);
    CHECK(contains(page, part));
  }
  for (const char* outside : {"<script", "http:", "https:", "url(", "@import", " src=", "<link"}) {
    INFO(outside);
    CHECK_FALSE(contains(page, outside));
  }
}

TEST_CASE("no name breaks out of a review") {
  const TenantFixture desk;
  desk.in("update app.users set name = '<script>alert(1)</script>|`*[x](y) ' || chr(27) || '[31m' || chr(8238)");
  desk.in("update app.roles set name = '</dt><img src=x>' where key = 'team-lead'");
  const std::string html = desk({"review", "--format", "html"}).out;
  CHECK_FALSE(contains(html, "<script"));
  CHECK_FALSE(contains(html, "<img"));
  CHECK(contains(html, "&lt;script&gt;alert(1)&lt;/script&gt;|`*[x](y) \\x1b[31m"));
  const std::string markdown = desk({"review", "--format", "markdown"}).out;
  CHECK(contains(markdown,
                 "<br>&#60;script&#62;alert&#40;1&#41;&#60;/script&#62;&#124;&#96;&#42;&#91;x&#93;&#40;y&#41;"));
  for (const std::string& page : {html, markdown}) {
    CHECK_FALSE(contains(page, "\x1b"));
    CHECK_FALSE(contains(page, "\xe2\x80\xae"));
  }
}

TEST_CASE("a review in Markdown has the same in a table") {
  const TenantFixture desk;
  applied(desk);
  const Result result = desk({"review", "--format", "markdown"});
  CHECK(result.out.starts_with("# Access review\n\n## acme\n\nAs of 20"));
  CHECK(contains(result.out, "\n- People: 4 active, 1 invited, 1 suspended\n"));
  CHECK(contains(result.out, "\n| Person | Status | Roles |"));
  CHECK(contains(result.out, "\n| dan@acme.example | active |  |  | 0 |  | never | never signed in |\n"));
  CHECK(desk({"review", "-o", "markdown"}).out.size() == result.out.size());
}

TEST_CASE("several tenants are reviewed one after the other, by those who may see people") {
  const TenantFixture desk;
  applied(desk);
  desk.acctl.create("bob");
  const Json all = desk.acctl.json({"review", "--all"});
  CHECK(all.front()["tenant"] == "acme");
  CHECK(all.back()["tenant"] == "bob");
  const std::string page = desk.acctl({"review", "--all", "--format", "html"}).out;
  CHECK(contains(page, ">2 tenants</th>"));
  CHECK(contains(page, "data-label=\"Tenant\""));
  CHECK(desk({"review", "--as", "bob@acme.example"}).status == 5);
  CHECK(desk({"review", "--as", "bob@acme.example"}).out.empty());
  CHECK(desk({"review", "--inactive-for", "soon"}).status == 3);
  CHECK(desk({"review", "--max-admins", "0"}).err == "acctl: --max-admins: 0 is not positive\n");
  CHECK(desk.acctl({"review"}).status == 3);
}

TEST_CASE("somebody of several tenants is one row of the page, with what they have in each") {
  const TenantFixture desk;
  desk.acctl.create("bob");
  for (const char* tenant : {"acme", "bob"}) {
    REQUIRE(desk.acctl({"user", "invite", "zoe@home.example", "--name", "Zoe", "--role", "support-agent", "--no-mail",
                        "-t", tenant})
                .status == 0);
  }
  const std::string page = desk.acctl({"review", "--all", "--format", "html"}).out;
  const std::string zoe = ">Zoe<br><span class=\"soft\">zoe@home.example</span></th>";
  CHECK(contains(page, " rowspan=\"2\"" + zoe));
  CHECK(page.find(zoe) == page.rfind(zoe));
}

TEST_CASE("many people are reviewed in parts, and none is left out") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set seat_limit = null");
  desk.in(
      "insert into app.users (email, status) select 'u' || i || '@acme.example', 'active' from "
      "generate_series(1, 1234) i");
  desk.in(
      "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where r.key = "
      "'support-agent' and u.email like 'u%'");
  const Json all = desk.json({"review"});
  CHECK(all.size() == 1235);
  CHECK(std::ranges::is_sorted(all, {}, [](const Json& person) { return person["email"].get<std::string>(); }));
}
