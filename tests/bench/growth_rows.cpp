// What grows: one tenant of 100,000 users beside one of 25,000, each command in time that is linear and in memory that
// is flat; and many tenants, read as fast as their server answers.
#include <algorithm>
#include <cstdio>
#include <functional>

#include "provisioning/access/review.sql.hpp"
#include "provisioning/access/user_queries.sql.hpp"
#include "provisioning/base/files.hpp"
#include "tests/bench/harness.hpp"

namespace acctl::test {

namespace {

using Words = std::vector<std::string>;

constexpr int few = 25'000;
constexpr int many = 100'000;

// A tenant of N users, each with a role and in two teams; for each fifty of them a role, for each two hundred a team.
constexpr const char* load_sql = R"(
insert into app.roles (key, name) select 'bench-' || i, 'Bench ' || i from generate_series(1, N / 50) i;
insert into app.role_permissions (role_id, permission_id)
  select r.id, p.id from app.roles r, app.permissions p
   where r.key like 'bench-%' and p.key <> '*' and (r.id + p.id) % 10 = 0;
insert into app.teams (key, name) select 'bench-' || i, 'Bench ' || i from generate_series(1, N / 200) i;
insert into app.users (email, name, status, external_id, manager, activated_at)
  select 'user' || i || '@bench.example', 'User ' || i, 'active', 'id-' || i, 'directory', now()
    from generate_series(1, N) i;
create temporary table u as select id, row_number() over (order by id) as n from app.users where email like 'user%';
create temporary table r as select id, row_number() over (order by id) as n from app.roles where key like 'bench-%';
create temporary table t as select id, row_number() over (order by id) as n from app.teams where key like 'bench-%';
insert into app.user_roles (user_id, role_id) select u.id, r.id from u join r on r.n = u.n % (N / 50) + 1;
insert into app.team_members (team_id, user_id)
  select t.id, u.id from u join t on t.n in (u.n % (N / 200) + 1, (u.n + 7) % (N / 200) + 1);
insert into acctl.runs (run, command, outcome, actor, origin)
  select 'bench-' || i, 'role edit', 'done', 'bench', 'bench' from generate_series(1, N / 10) i;
insert into acctl.changes (run_id, number, action, kind, key, fields)
  select r.id, 1, 'change', 'roles', 'bench-1', '{"name": {"before": "A", "after": "B"}}'
    from acctl.runs r where r.run like 'bench-%';
analyze)";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// `sql` with values instead of parameters.
std::string with_values(std::string sql, const Words& values) {
  for (std::size_t i = 0; i < values.size(); ++i) replace_all(sql, "$" + std::to_string(i + 1), values[i]);
  return sql + ";";
}

class GrowthBench {
 public:
  explicit GrowthBench(Harness& harness) : bench(harness) {}

  void run() {
    read_many_tenants();
    renames();
    load("few", few);
    load("many", many);
    read_lists();
    carry_over();
    sync_and_undo();
  }

 private:
  static Words words(const Words& command, const std::string& tenant) {
    Words all = {ACCTL_PROGRAM};
    all.insert(all.end(), command.begin(), command.end());
    all.insert(all.end(), {"-t", tenant, "-q"});
    return all;
  }

  void create(const std::string& slug) {
    bench.must({ACCTL_PROGRAM, "tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example",
                "-q", "--plan", "enterprise", "--seats", "1000000"});
  }

  void load(const std::string& slug, int users) {
    create(slug);
    std::string sql = load_sql;
    replace_all(sql, "N", std::to_string(users));
    const std::string script = bench.path(slug + ".sql");
    write_file(script, sql);
    bench.must({binary_of_postgresql("psql"), "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", script, bench.url_of(slug)});
  }

  // The directory of `users` people; `domain` of their addresses.
  std::string directory(int users, const std::string& domain) {
    std::string csv = "email,name,external_id\n";
    for (int i = 1; i <= users; ++i) {
      const std::string number = std::to_string(i);
      csv += "user" + number + "@" + domain + ",User " + number + ",id-" + number + "\n";
    }
    const std::string path = bench.path(domain + "-" + std::to_string(users) + ".csv");
    write_file(path, csv);
    return path;
  }

  // The command on the large tenant and on the small one, and what the large one takes of memory.
  void grow(const std::string& what, const std::function<Words(const std::string& tenant)>& command) {
    bench.compare(
        what + " of 100,000 users, to that of 25,000", std::min(bench.rounds(), 3),
        [&](int) { bench.must(command("many")); }, [&](int) { bench.must(command("few")); }, "≤ 5");
    report_memory(peak(bench.resources(command("many"))));
  }

  static void report_memory(double memory) {
    std::printf("| the same: memory | %.0f MiB | | | ≤ 200 MB |\n", memory);
    std::fflush(stdout);
  }

  // What changes a tenant is measured once: nothing can be done twice.
  double once(const Words& command, double* memory = nullptr) {
    bench.sql("checkpoint", "postgres");
    rusage use{};
    const double time = milliseconds([&] { use = bench.resources(command); });
    if (memory != nullptr) *memory = peak(use);
    return time;
  }

  static void row(const std::string& what, double ours, double floor, const std::string& wanted) {
    std::printf("| %s | %.1f | %.1f | %.2f | %s |\n", what.c_str(), ours, floor, ours / floor, wanted.c_str());
    std::fflush(stdout);
  }

  void read_lists() {
    grow("`user list`", [](const std::string& tenant) { return words({"user", "list", "-o", "csv"}, tenant); });
    grow("`review`", [](const std::string& tenant) { return words({"review", "-o", "csv"}, tenant); });
    grow("`log` of all runs",
         [](const std::string& tenant) { return words({"log", "--limit", "10000", "-o", "json"}, tenant); });
    const std::string small = directory(few, "bench.example");
    const std::string large = directory(many, "bench.example");
    grow("`user sync` without a change", [&](const std::string& tenant) {
      return words({"user", "sync", "-f", tenant == "many" ? large : small, "--yes"}, tenant);
    });
  }

  // An export is read back.
  void carry_over() {
    const auto file = [&](const std::string& tenant) { return bench.path(tenant + ".yaml"); };
    grow("`export`", [&](const std::string& tenant) {
      return words({"export", "--include-users", "--out", file(tenant)}, tenant);
    });
    grow("`import` of the own export",
         [&](const std::string& tenant) { return words({"import", "-f", file(tenant), "--yes"}, tenant); });
  }

  std::string last_run(const std::string& tenant) {
    return bench.sql("select run from acctl.runs order by id desc limit 1", tenant);
  }

  void sync_and_undo() {
    create("new-few");
    create("new-many");
    const auto sync = [&](const std::string& tenant, int users) {
      return words(
          {"user", "sync", "-f", directory(users, "new.example"), "--role", "support-agent", "--yes", "--no-mail"},
          tenant);
    };
    double memory = 0;
    const double small = once(sync("new-few", few));
    row("`user sync` of 100,000 new users, to that of 25,000", once(sync("new-many", many), &memory), small, "≤ 5");
    report_memory(memory);
    const auto undo = [&](const std::string& tenant) {
      return words({"undo", last_run(tenant), "--yes", "--max-removals", "100%"}, tenant);
    };
    const double undone = once(undo("new-few"));
    row("`undo` of it", once(undo("new-many"), &memory), undone, "≤ 5");
    report_memory(memory);
  }

  // Everybody gets another address.
  void renames() {
    constexpr int people = 10'000;
    const std::string before = directory(people, "before.example");
    const std::string after = directory(people, "after.example");
    std::vector<double> added, renamed, ratios;
    for (int i = 0; i < std::min(bench.rounds(), 3); ++i) {
      const std::string tenant = "renames-" + std::to_string(i);
      create(tenant);
      added.push_back(once(words({"user", "sync", "-f", before, "--yes", "--no-mail"}, tenant)));
      renamed.push_back(once(words({"user", "sync", "-f", after, "--yes", "--no-mail"}, tenant)));
      ratios.push_back(renamed.back() / added.back());
    }
    std::printf("| `user sync` of 10,000 new addresses, to 10,000 new users | %.1f | %.1f | %.2f | ≤ 2 |\n",
                median(renamed), median(added), median(ratios));
    std::fflush(stdout);
  }

  // The same reads by a bare program with as many workers.
  void read_many_tenants() {
    constexpr int count = 200;
    std::string csv = "slug,name,admin_email\n";
    Words slugs;
    for (int i = 0; i < count; ++i) {
      slugs.push_back("wide-" + std::to_string(i));
      csv += slugs.back() + ",Bench,admin@bench.example\n";
    }
    const std::string tenants = bench.path("wide.csv");
    write_file(tenants, csv);
    bench.must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", tenants});
    const auto measure = [&](const std::string& what, Words ours, const std::string& sql) {
      Words floor = {BENCH_FLOOR, "read-many", bench.url(), "8", sql};
      ours.insert(ours.begin(), ACCTL_PROGRAM);
      for (const std::string& slug : slugs) {
        ours.insert(ours.end(), {"-t", slug});
        floor.push_back(slug);
      }
      bench.compare(
          what + " over 200 tenants, to bare libpq reading the same", bench.rounds(), [&](int) { bench.must(ours); },
          [&](int) { bench.must(floor); }, "≤ 1.3");
    };
    const std::string identity = "select * from acctl.tenant;select * from acctl.revision;";
    measure("`user list`", {"user", "list", "-o", "csv", "-q"},
            identity + with_values(sql::user_list, Words(8, "null")));
    measure("`review`", {"review", "-o", "csv", "-q"},
            identity + "begin;" + sql::review_permissions + ";" + sql::review_bundles + ";" + sql::review_runs + ";" +
                with_values(sql::review_people, {"7776000000", "1209600000", "5"}) + sql::more_of_review + ";commit;");
  }

  Harness& bench;
};

}  // namespace

void measure_growth(Harness& bench) { GrowthBench(bench).run(); }

}  // namespace acctl::test
