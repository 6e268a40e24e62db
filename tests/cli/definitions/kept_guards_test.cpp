// Guards that hold whoever else acts: protections of two managers, signed plans, caps of what was there before.
#include "provisioning/base/digest.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;
using Json = nlohmann::json;

namespace {

std::string protecting(const std::string& manager, const std::string& patterns) {
  return "manager: " + manager + "\nguards: {protect: [" + patterns + "]}\n";
}

std::string protections(const TenantFixture& desk) {
  return desk.in("select string_agg(key || ' of ' || manager, ', ' order by key) from acctl.protections");
}

// As somebody does who has the source and not the key: the checksum is made anew.
void write_anew(const std::string& path, Json plan) {
  plan.erase("checksum");
  acctl::Digest digest;
  digest.add(plan.dump(-1, ' ', false, Json::error_handler_t::replace));
  plan["checksum"] = digest.hex();
  put_file(path, plan.dump(2));
}

std::string rows(int from, int to, const std::string& status = "active") {
  std::string text = "email,external_id,name,status\n";
  for (int i = from; i < to; ++i) {
    const std::string number = std::to_string(i);
    text += "u" + number + "@acme.example,E" + number + ",U" + number + "," + status + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("two managers' protections of one object both count, and dropping one leaves the other") {
  const TenantFixture desk;
  desk.applied("teams: {t: {name: T}, u: {name: U}}\n");
  desk.applied(protecting("first", "teams/t"));
  desk.applied(protecting("second", "teams/t, teams/u"));
  CHECK(protections(desk) == "teams/t of first, teams/t (second) of second, teams/u of second");
  const Result both = desk.apply("teams: {u: {name: U}}\n", {"--prune"});
  check_ended(both, 5, "teams/t is protected by manager first (teams/t)");
  CHECK(contains(both.err, "teams/t is protected by manager second (teams/t)"));
  // Applied again, nothing changes; it is what was declared.
  for (const std::string& text : {protecting("first", "teams/t"), protecting("second", "teams/t, teams/u")}) {
    CHECK(desk.planned(text)["groups"].empty());
  }
  check_ended(desk({"drift"}), 0);
  SECTION("the first one is dropped") {
    desk.applied(protecting("first", ""));
    CHECK(protections(desk) == "teams/t (second) of second, teams/u of second");
    check_ended(desk.apply("teams: {u: {name: U}}\n", {"--prune"}), 5, "teams/t is protected by manager second");
    // Who comes back finds a place of its own.
    desk.applied(protecting("first", "teams/t"));
    CHECK(protections(desk) == "teams/t of first, teams/t (second) of second, teams/u of second");
  }
  SECTION("the second one is dropped, and then the first") {
    desk.applied(protecting("second", "teams/u"));
    CHECK(protections(desk) == "teams/t of first, teams/u of second");
    check_ended(desk.apply("teams: {u: {name: U}}\n", {"--prune"}), 5, "teams/t is protected by manager first");
    desk.applied(protecting("first", ""));
    check_ended(desk.apply("teams: {u: {name: U}}\n", {"--prune"}), 0);
  }
  SECTION("an export names what is protected once, and its import leaves both") {
    const std::string file = desk.acctl.folder.path() + "/export.yaml";
    check_ended(desk({"export", "--out", file}), 0);
    const std::string text = file_text(file);
    CHECK(text.find("teams/t\n") != std::string::npos);
    CHECK(text.find("teams/t\n") == text.rfind("teams/t\n"));
    CHECK_FALSE(contains(text, "second)"));
    check_ended(desk({"import", "-f", file, "--yes"}), 0);
    CHECK(protections(desk) == "teams/t of first, teams/t (second) of second, teams/u of second");
    put_file(file, text.substr(0, text.find("    - teams/t\n")) + text.substr(text.find("    - teams/u\n")));
    check_ended(desk({"import", "-f", file, "--edited", "--yes", "--max-removals", "100%"}), 0);
    CHECK(protections(desk) == "teams/u of second");
  }
  SECTION("undo of one run takes back that manager's alone") {
    const std::string run = desk.applied(protecting("third", "teams/t"));
    CHECK(contains(protections(desk), "teams/t (third) of third"));
    check_ended(desk({"undo", run, "--yes"}), 0);
    CHECK(protections(desk) == "teams/t of first, teams/t (second) of second, teams/u of second");
  }
}

TEST_CASE("promise 5: a saved plan that somebody has written anew is not applied") {
  const TenantFixture desk;
  desk.applied("roles: {helper: {name: Helper, permissions: [tickets.view]}}\n");
  const std::string path = desk.acctl.folder.path() + "/plan.json";
  check_ended(
      desk.plan("roles: {helper: {name: Helper, permissions: [tickets.view, tickets.edit]}}\n", {"--out", path}), 0);
  const Json good = Json::parse(file_text(path));
  const std::string before = desk.everything();
  const auto refused = [&](const Json& plan) {
    write_anew(path, plan);
    check_ended(desk.acctl({"apply", path, "--yes"}), 7, "was not saved by this platform, or was changed by hand");
    check_ended(desk.acctl({"apply", path, "--dry-run"}), 7);
    CHECK(difference(before, desk.everything()).empty());
  };
  Json plan = good;
  for (Json& group : plan["groups"]) {
    for (Json& change : group) change["key"] = "helper/*";
  }
  refused(plan);
  plan = good;
  plan["guards"]["max_removals"] = Json::array();
  refused(plan);
  plan = good;
  plan["tests"] = Json::array();
  plan["signature"] = std::string(64, '0');
  refused(plan);
  // Nor is that of another platform.
  const TenantFixture other;
  write_anew(path, good);
  check_ended(other.acctl({"apply", path, "--yes"}), 7);
  check_ended(desk.acctl({"apply", path, "--yes"}), 0);
  CHECK(desk.permissions_of("helper") == "tickets.edit tickets.view");
}

TEST_CASE("guards of the command line can only be stricter than those of a saved plan", "[promise 6]") {
  const TenantFixture desk;
  std::string teams = "teams:\n";
  for (int i = 0; i < 8; ++i) teams += "  t" + std::to_string(i) + ": {name: T}\n";
  desk.applied(teams);
  const std::string path = desk.acctl.folder.path() + "/plan.json";
  check_ended(desk.plan("teams: {t0: {name: T}}\n", {"--prune", "--max-removals", "100%", "--out", path}), 0);
  check_ended(desk.acctl({"apply", path, "--yes", "--allow-removal", "teams/t1"}), 3, "cannot change a saved plan");
  check_ended(desk.acctl({"apply", path, "--yes", "--max-removals", "2"}), 5, "the limit is 2");
  check_ended(desk.acctl({"apply", path, "--yes", "--max-removals", "50%"}), 5, "the limit is 50 %");
  check_ended(desk.acctl({"apply", path, "--yes"}), 0);
  // The other way round: what was saved with a strict guard stays under it.
  desk.applied(teams);
  check_ended(desk.plan("teams: {t0: {name: T}, t1: {name: T}, t2: {name: T}, t3: {name: T}, t4: {name: T}}\n",
                        {"--prune", "--max-removals", "5", "--out", path}),
              0);
  CHECK(Json::parse(file_text(path))["guards"]["max_removals"].dump() == R"(["5"])");
  // Its share counts what is there when it is applied.
  desk.applied(teams);
  check_ended(desk.plan("teams: {t0: {name: T}, t1: {name: T}, t2: {name: T}, t3: {name: T}}\n",
                        {"--prune", "--max-removals", "50%", "--out", path}),
              0);
  desk.by_hand("delete from app.teams where key in ('t0', 't1')");
  check_ended(desk.acctl({"apply", path, "--yes", "--max-removals", "100%"}), 5, "the limit is 50 %");
  // So do the admins that have to remain.
  desk.applied("users: {cy@acme.example: {roles: [admin]}, dee@acme.example: {roles: [admin]}}\n");
  desk.in("update app.users set status = 'active', activated_at = now()");
  check_ended(desk.plan("users: {dee@acme.example: {roles: []}}\n", {"--min-admins", "2", "--out", path}), 0);
  desk.by_hand("update app.users set status = 'suspended' where email like 'cy@%'");
  check_ended(desk.acctl({"apply", path, "--yes", "--min-admins", "1"}), 5, "active admin");
  // Somebody else needs more admins than the plan was made with.
  check_ended(desk.plan("users: {ben@acme.example: {roles: [support-agent]}}\n", {"--out", path}), 0);
  check_ended(desk.acctl({"apply", path, "--yes", "--fail-on-gain", "tickets.*"}), 5, "--fail-on-gain");
}

TEST_CASE("the cap of a directory's list counts who was there before, however many strangers the list brings",
          "[promise 6]") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set seat_limit = null");
  const std::string file = desk.acctl.folder.path() + "/list.csv";
  const auto sync = [&](const std::string& list, std::vector<std::string> more = {}) {
    put_file(file, list);
    more.insert(more.begin(), {"user", "sync", "-f", file, "--idp", "entra", "--yes", "-t", "acme"});
    return desk.acctl(more);
  };
  check_ended(sync(rows(0, 10)), 0);
  for (const int strangers : {5, 31, 60}) {
    INFO(strangers);
    check_ended(sync(rows(100, 100 + strangers)), 5, "10 of 10 users of the directory would be removed");
  }
  // Who is suspended by a row of the list counts as much as who is not in it.
  check_ended(sync(rows(0, 10, "suspended")), 5, "10 of 10 users of the directory would be removed");
  // So many as the cap allows of those that there were.
  check_ended(sync(rows(3, 100)), 0);
  CHECK(desk.in("select count(*) from app.users where status = 'suspended'") == "3");
}
