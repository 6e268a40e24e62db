// Verbs about people over several tenants: done where the person is, nothing elsewhere, and a mistake if nowhere.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("a verb about people over all tenants is done where they are and leaves the other tenants as they are") {
  const TenantFixture desk;
  desk.acctl.create("beta");
  // Only acme has the person, the role, the team and the template.
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  check_ended(desk({"role", "create", "helper", "--name", "Helper"}), 0);
  check_ended(desk({"role-template", "create", "shift", "--name", "Shift"}), 0);
  check_ended(desk({"user", "invite", "it@acme.example"}), 0);
  const std::string beta = desk.everything("beta");
  const auto rest = [&] {
    return desk.in(
        "select concat_ws(' ', u.name, u.role_template_id is not null, (select count(*) from app.user_roles h where "
        "h.user_id = u.id), (select count(*) from app.team_members m where m.user_id = u.id), u.status) from app.users "
        "u where u.email like 'it%'");
  };
  struct Verb {
    Words words, more;
    std::string rest;  // of the person afterwards
  };
  for (const Verb& verb : std::vector<Verb>{
           {{"user", "edit"}, {"--name", "Foo"}, "Foo f 0 0 invited"},
           {{"role", "grant", "helper"}, {}, "Foo f 1 0 invited"},
           {{"team", "add", "night"}, {}, "Foo f 1 1 invited"},
           {{"role-template", "assign", "shift"}, {}, "Foo t 1 1 invited"},
           {{"user", "resend"}, {}, "Foo t 1 1 invited"},
           {{"role", "revoke", "helper"}, {"--yes"}, "Foo t 0 1 invited"},
           {{"team", "remove", "night"}, {"--yes"}, "Foo t 0 0 invited"},
           {{"role-template", "unassign"}, {"--yes"}, "Foo f 0 0 invited"},
           {{"user", "deactivate"}, {"--yes"}, "Foo f 0 0 suspended"},
           {{"user", "reactivate"}, {}, "Foo f 0 0 invited"},
           {{"user", "edit"}, {"--email", "its@acme.example", "--yes"}, "Foo f 0 0 invited"},
       }) {
    INFO(verb.words[0] << " " << verb.words[1]);
    const Words all = with({"--all"}, verb.more);
    const std::string before = desk.everything();
    check_ended(desk.acctl(with(with(verb.words, {"ti@acme.example"}), all)), 3,
                "there is no user 'ti@acme.example' (in none of 2 tenants)");
    CHECK(difference(before, desk.everything()) == "");
    check_ended(desk.acctl(with(with(verb.words, {"it@acme.example"}), all)), 0);
    CHECK(rest() == verb.rest);
    CHECK(difference(beta, desk.everything("beta")) == "");
  }
  // Whoever has the new address already has been changed before.
  check_ended(desk.acctl({"user", "edit", "it@acme.example", "--email", "its@acme.example", "--all"}), 0,
              "nothing to change");
}
