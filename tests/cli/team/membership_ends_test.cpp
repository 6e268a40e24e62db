// Memberships for a time: by words and by files, shown, expired, renewed and undone.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::TenantFixture;

namespace {

const std::string crew = "users: {ben@acme.example: {}, cleo@acme.example: {}}\nteams: {crew: {name: Crew}}\n";

std::string with_members(const std::string& list) { return "teams: {crew: {name: Crew, members: " + list + "}}\n"; }

// Members with their ends: "ben, cleo 2099-01-31".
std::string ends_of(const TenantFixture& desk) {
  return desk.in(
      "select string_agg(split_part(u.email, '@', 1) || coalesce(to_char(m.expires_at at time zone 'UTC', "
      "' YYYY-MM-DD'), ''), ', ' order by u.email) from app.team_members m join app.users u on u.id = m.user_id");
}

}  // namespace

TEST_CASE("members are added for a time, which can be moved and lifted") {
  const TenantFixture desk;
  desk.applied(crew);
  const auto add = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"team", "add", "crew", "cleo@acme.example"};
    words.insert(words.end(), more.begin(), more.end());
    return desk(words);
  };
  check_ended(add({"--until", "2099-01-31T18:00:00Z"}), 0, "done: 1 added");
  CHECK(ends_of(desk) == "cleo 2099-01-31");
  CHECK(desk.json({"team", "show", "crew"})["members"][0]["until"] == "2099-01-31T18:00:00Z");
  check_ended(desk({"team", "show", "crew"}), 0, "cleo@acme.example (invited) until 2099-01-31T18:00:00Z");
  check_ended(add({"--until", "2099-03-01T00:00:00Z"}), 0, "done: 1 changed");
  CHECK(ends_of(desk) == "cleo 2099-03-01");
  check_ended(add({}), 0, "cleo@acme.example was in team crew temporarily and now is permanently");
  check_ended(add({"--until", "30d"}), 0, "already is in team crew permanently; --until changes nothing");
  CHECK(ends_of(desk) == "cleo");
  check_ended(add({"--until", "soon"}), 3, "--until");
  check_ended(add({"--until", "2020-01-01T00:00:00Z"}), 3, "--until");
}

TEST_CASE("a membership that has ended counts nowhere and gives way to a new one") {
  const TenantFixture desk;
  desk.applied(crew);
  check_ended(desk({"team", "add", "crew", "cleo@acme.example", "--until", "1h"}), 0);
  desk.in("update app.team_members set expires_at = now() - interval '1 minute'");
  CHECK(desk.json({"team", "list"})[0]["members"] == 0);
  CHECK(desk.json({"team", "show", "crew"})["members"].empty());
  CHECK(desk.json({"user", "show", "cleo@acme.example"})["teams"].empty());
  CHECK(desk.json({"user", "list", "--team", "crew"}).empty());
  CHECK(desk.in("select count(*) from app.current_team_members") == "0");
  check_ended(desk({"team", "add", "crew", "cleo@acme.example"}), 0, "done: 1 added");
  CHECK(ends_of(desk) == "cleo");
}

TEST_CASE("files give memberships for a time and leave alone those that they do not name") {
  const TenantFixture desk;
  desk.applied(crew);
  const std::string until =
      with_members("[ben@acme.example, cleo@acme.example: {until: \"2099-01-31T19:00:00+01:00\"}]");
  const std::string run = desk.applied(until);
  CHECK(ends_of(desk) == "ben, cleo 2099-01-31");
  check_ended(desk.plan(until, {"--detailed-exitcode"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  check_ended(desk.plan(with_members("[ben@acme.example]"), {"--detailed-exitcode"}), 0);
  CHECK(changes_of(desk.planned(with_members("[cleo@acme.example]"))) ==
        "remove team_members/crew/ben@acme.example, change team_members/crew/cleo@acme.example");
  check_ended(desk({"export"}), 0);
  CHECK(desk({"export"}).out.find("cleo@acme.example") == std::string::npos);
  check_ended(desk({"undo", run, "--yes"}), 0);
  CHECK(ends_of(desk).empty());
}
