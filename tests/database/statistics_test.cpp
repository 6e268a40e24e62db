// How the server plans what is asked: with statistics of what a large run has just written, and each user's rows by
// their index.
#include "provisioning/access/user_queries.sql.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::put_file;
using acctl::test::TestPlatform;

TEST_CASE("a run that writes thousands of rows leaves statistics behind, a small one does not") {
  const TestPlatform platform;
  platform.create("acme", {"--seats", "3000"});
  const auto invite = [&](int first, int count) {
    std::string csv = "email\n";
    for (int i = first; i < first + count; ++i) csv += "u" + std::to_string(i) + "@acme.example\n";
    const std::string path = platform.folder.path() + "/people.csv";
    put_file(path, csv);
    const auto result = platform.acctl({"user", "invite", "--file", path, "-t", "acme"});
    INFO(result.err);
    CHECK(result.status == 0);
  };
  const std::string statistics = "select count(*) from pg_stats where schemaname = 'app' and tablename = 'users'";
  invite(0, 20);
  CHECK(platform.in("acme", statistics) == "0");
  invite(20, 2'500);
  CHECK(platform.in("acme", statistics) != "0");
  const std::string counted = "select reltuples > 2000 from pg_class where oid = 'app.users'::regclass";
  CHECK(platform.in("acme", counted) == "t");
  // What is rehearsed is not planned for afterwards.
  const std::string run = platform.json({"log", "-t", "acme", "--limit", "1"})[0]["run"];
  const auto rehearsed = platform.acctl({"undo", run, "--dry-run", "--max-removals", "100%", "-t", "acme"});
  INFO(rehearsed.err);
  CHECK(rehearsed.status == 0);
  CHECK(platform.in("acme", counted) == "t");
}

// Else what follows from the changes, as invitations do, is planned as if the tables were empty: a hundred thousand
// users were looked through for each of them.
TEST_CASE("a run that writes thousands of rows plans what follows with their statistics") {
  const TestPlatform platform;
  platform.create("acme", {"--seats", "3000"});
  platform.in("acme", R"(
    create table public.seen (users real);
    grant insert on public.seen to public;
    create function public.see() returns trigger language plpgsql security definer as $$ begin
      insert into public.seen select reltuples from pg_class where oid = 'app.users'::regclass;
      return null;
    end $$;
    create trigger see before insert on app.invitations for each statement execute function public.see())");
  std::string csv = "email\n";
  for (int i = 0; i < 2'500; ++i) csv += "u" + std::to_string(i) + "@acme.example\n";
  const std::string path = platform.folder.path() + "/people.csv";
  put_file(path, csv);
  const auto result = platform.acctl({"user", "sync", "-f", path, "--yes", "-t", "acme"});
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(platform.in("acme", "select count(*) > 0 and min(users) > 2000 from public.seen") == "t");
}

// What is read anew for each user makes a list grow with users times teams.
TEST_CASE("a list of users finds the teams of each by their index") {
  const TestPlatform platform;
  platform.create("acme", {"--seats", "3000"});
  platform.in("acme",
              "insert into app.teams (key, name) select 'team-' || i, 'Team ' || i from generate_series(1, 500) i;"
              "insert into app.users (email, name, status) select 'u' || i || '@acme.example', 'U', 'active' "
              "from generate_series(1, 2000) i;"
              "insert into app.team_members (team_id, user_id) select t.id, u.id from app.users u join app.teams t "
              "on t.key in ('team-' || u.id % 500, 'team-' || (u.id + 7) % 500); analyze");
  acctl::Connection database(platform.cluster.dsn("acctl", "acme"), {});
  const std::vector<acctl::Param> everybody(8, std::nullopt);
  const acctl::Rows plan = database.query(("explain " + std::string(acctl::sql::user_list)).c_str(), everybody);
  std::string text;
  for (int row = 0; row < plan.size(); ++row) text += std::string(plan.text(row, 0)) + "\n";
  INFO(text);
  CHECK(text.find("on teams ") != std::string::npos);
  CHECK(text.find("Seq Scan on teams ") == std::string::npos);
}
