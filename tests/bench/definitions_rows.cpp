// Definitions: planned without changes, applied, over many tenants, read from many files.
#include <cstdio>
#include <filesystem>

#include "provisioning/base/files.hpp"
#include "provisioning/model/kinds.hpp"
#include "tests/bench/harness.hpp"

namespace acctl::test {

namespace {

class DefinitionsBench {
 public:
  explicit DefinitionsBench(Harness& harness) : bench(harness) {}

  void run() {
    plan_one();
    plan_fleet();
    apply_changes();
    scoped_apply();
    validate_many();
  }

 private:
  static std::vector<std::string> words(const std::vector<std::string>& command, const std::string& tenant) {
    std::vector<std::string> all = {ACCTL_PROGRAM};
    all.insert(all.end(), command.begin(), command.end());
    all.insert(all.end(), {"-t", tenant});
    return all;
  }

  void create(const std::string& slug) {
    bench.must({ACCTL_PROGRAM, "tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example",
                "-q", "--seats", "1000000"});
  }

  // What a tenant is configured with, as a file.
  std::string exported(const std::string& slug) {
    const std::string file = bench.path(slug + ".yaml");
    bench.must(words({"export", "-q", "--out", file}, slug));
    return file;
  }

  // The rows that a plan reads, as a bare program would fetch them: whose database it is, at which revision, what was
  // applied last, and the configuration.
  static std::string same_rows() {
    std::string sql = "select * from acctl.tenant;select * from acctl.revision;select * from acctl.applied;";
    for (const Kind& kind : kinds()) {
      if (kind.name == "users") continue;
      sql += "select * from " + std::string(kind.table) + ";";
      for (const List& list : kind.lists) {
        if (list.target != "users") sql += "select * from " + std::string(list.table) + ";";
      }
    }
    return sql;
  }

  void plan_one() {
    create("plan");
    const std::string file = exported("plan");
    bench.must(words({"apply", "-f", file, "--yes", "-q"}, "plan"));
    const std::string psql = binary_of_postgresql("psql");
    const std::string url = bench.url_of("plan");
    bench.compare(
        "`plan` of one tenant without changes, to `psql -c` with one query", bench.rounds() * 4,
        [&](int) { bench.must(words({"plan", "-f", file, "-q"}, "plan")); },
        [&](int) { bench.must({psql, "-Atqc", "select count(*) from app.roles", url}); }, "≤ 1.5");
    // What a session costs beside the start of a program differs from machine to machine, and acctl needs two: one for
    // the registry, then one for the tenant that it names.
    bench.compare(
        "the same, to psql with a query in each of the two databases", bench.rounds() * 4,
        [&](int) { bench.must(words({"plan", "-f", file, "-q"}, "plan")); },
        [&](int) {
          bench.must({psql, "-Atq", "-c", "select count(*) from acctl.tenants", "-c", "\\connect plan", "-c",
                      "select count(*) from app.roles", bench.url()});
        },
        "≤ 1.2");
  }

  void plan_fleet() {
    constexpr int count = 200;
    std::string csv = "slug,name,admin_email\n";
    std::vector<std::string> floor = {BENCH_FLOOR, "read-many", bench.url(), "8", same_rows()};
    for (int i = 0; i < count; ++i) {
      const std::string slug = "fleet-" + std::to_string(i);
      csv += slug + ",Bench,admin@bench.example\n";
      floor.push_back(slug);
    }
    const std::string tenants = bench.path("fleet.csv");
    write_file(tenants, csv);
    bench.must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", tenants});
    // All kinds but the settings, which hold each tenant's own names.
    const std::string file = bench.path("fleet.yaml");
    std::string only;
    for (const Kind& kind : kinds()) {
      if (!kind.internal && kind.name != "users" && kind.name != "settings")
        only += (only.empty() ? "" : ",") + std::string(kind.name);
    }
    bench.must(words({"export", "-q", "--only", only, "--out", file}, "fleet-0"));
    // For these tenants only, whatever else the server holds.
    const std::string selection = bench.path("selection.yaml");
    std::string slugs;
    for (int i = 0; i < count; ++i) slugs += (i == 0 ? "fleet-" : ", fleet-") + std::to_string(i);
    write_file(selection, "acctl: 1\ntenants: [" + slugs + "]\n");
    const std::vector<std::string> plan = {ACCTL_PROGRAM, "plan", "-f", file, "-f", selection, "-q"};
    // Without a manager's memory of it everything is read and compared.
    bench.compare(
        "`plan` of 200 tenants without changes, all rows read, to bare libpq reading them", bench.rounds(),
        [&](int) { bench.must(plan); }, [&](int) { bench.must(floor); }, "≤ 1.3");
    bench.must({ACCTL_PROGRAM, "apply", "-f", file, "-f", selection, "-q", "--yes"});
    bench.compare(
        "the same where the revision row suffices", bench.rounds(), [&](int) { bench.must(plan); },
        [&](int) { bench.must(floor); }, "≤ 1.0");
  }

  // 500 roles with 1,300 permissions, 200 teams with 3,000 members: 5,000 changes.
  struct Load {
    std::string yaml = "acctl: 1\nroles:\n";
    std::string sql;
  };

  static Load load() {
    Load load;
    std::string roles;
    std::string permissions;
    std::string teams;
    std::string members;
    const std::vector<std::string> keys = {"tickets.view", "tickets.edit", "items.view"};
    const auto add = [](std::string& to, const std::string& value) { to += (to.empty() ? "" : ",\n") + value; };
    for (int i = 0; i < 500; ++i) {
      const std::string key = "role-" + std::to_string(i);
      load.yaml += "  " + key + ":\n    name: Role " + std::to_string(i) + "\n    permissions:\n";
      add(roles, "('" + key + "', 'Role " + std::to_string(i) + "')");
      for (int p = 0; p < (i < 300 ? 3 : 2); ++p) {
        load.yaml += "      - " + keys[static_cast<std::size_t>(p)] + "\n";
        add(permissions, "('" + key + "', '" + keys[static_cast<std::size_t>(p)] + "')");
      }
    }
    load.yaml += "teams:\n";
    for (int i = 0; i < 200; ++i) {
      const std::string key = "team-" + std::to_string(i);
      load.yaml += "  " + key + ":\n    name: Team " + std::to_string(i) + "\n    members:\n";
      add(teams, "('" + key + "', 'Team " + std::to_string(i) + "')");
      for (int m = 0; m < 15; ++m) {
        const std::string user = "user" + std::to_string((i * 15 + m) % 1000) + "@bench.example";
        load.yaml += "      - " + user + "\n";
        add(members, "('" + key + "', '" + user + "')");
      }
    }
    load.sql =
        "insert into app.roles (key, name) values " + roles + ";\ninsert into app.teams (key, name) values " + teams +
        ";\ninsert into app.role_permissions (role_id, permission_id) select r.id, p.id from (values " + permissions +
        ") v (role, permission) join app.roles r on r.key = v.role join app.permissions p on p.key = v.permission;\n"
        "insert into app.team_members (team_id, user_id) select t.id, u.id from (values " +
        members +
        ") v (team, email) join app.teams t on t.key = v.team join app.users u on lower(u.email) = v.email;\n";
    return load;
  }

  void add_users(const std::string& database, int count) {
    bench.sql(
        "insert into app.users (email, name, status) select 'user' || i || '@bench.example', 'User ' || i, 'active' "
        "from generate_series(0, " +
            std::to_string(count - 1) + ") i; analyze",
        database);
  }

  void apply_changes() {
    const Load both = load();
    const std::string yaml = bench.path("load.yaml");
    const std::string sql = bench.path("load.sql");
    write_file(yaml, both.yaml);
    write_file(sql, both.sql);
    const int rounds = std::min(bench.rounds(), 9);
    for (int i = 0; i <= rounds; ++i) {
      for (const std::string prefix : {"load", "loadfloor"}) {
        create(prefix + std::to_string(i));
        add_users(prefix + std::to_string(i), 1000);
      }
    }
    const std::string psql = binary_of_postgresql("psql");
    bench.compare(
        "`apply` of 5,000 changes, to one set-based SQL script", rounds,
        [&](int i) {
          bench.must(words({"apply", "-f", yaml, "--yes", "-q", "-o", "name"}, "load" + std::to_string(i)));
        },
        [&](int i) {
          bench.must(
              {psql, "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", sql, bench.url_of("loadfloor" + std::to_string(i))});
        },
        "≤ 2.0", Before::checkpoint);
  }

  // Roles alone, so that nobody's rows are read: 100,000 users to 100.
  void scoped_apply() {
    for (const std::string slug : {"large", "small"}) {
      create(slug);
      add_users(slug, slug == "large" ? 100'000 : 100);
    }
    const std::string yaml = bench.path("scoped.yaml");
    int count = 0;
    const auto change = [&](const std::string& slug) {
      write_file(yaml, "acctl: 1\nroles:\n  bench:\n    name: Bench\n    description: Number " +
                           std::to_string(++count) + "\n    permissions: [tickets.view, items.view]\n");
      bench.must(words({"apply", "-f", yaml, "--yes", "-q"}, slug));
    };
    bench.compare(
        "`apply` of a role on 100,000 users, to the same on 100", bench.rounds(), [&](int) { change("large"); },
        [&](int) { change("small"); }, "≤ 1.3");
  }

  void validate_many() {
    const std::string folder = bench.path("many");
    std::filesystem::create_directory(folder);
    for (int file = 0; file < 200; ++file) {
      std::string yaml = "acctl: 1\nroles:\n";
      for (int i = 0; i < 50; ++i) {
        yaml += "  role-" + std::to_string(file * 50 + i) +
                ":\n    name: A role\n    description: One of many.\n    permissions:\n      - tickets.view\n"
                "      - tickets.edit\n      - conversations.private_notes: group\n";
      }
      write_file(folder + "/" + std::to_string(file) + ".yaml", yaml);
    }
    std::vector<double> times;
    std::vector<double> peaks;
    for (int round = 0; round < bench.rounds(); ++round) {
      times.push_back(milliseconds(
          [&] { peaks.push_back(peak(bench.resources({ACCTL_PROGRAM, "validate", "-f", folder, "-q"}))); }));
    }
    std::printf("| `validate` of 10,000 objects in 200 files | %.0f | | | ≤ 300 ms |\n", median(times));
    std::printf("| `validate` of 10,000 objects in 200 files: memory | %.0f MiB | | | ≤ 64 MB |\n", median(peaks));
  }

  Harness& bench;
};

}  // namespace

void measure_definitions(Harness& bench) { DefinitionsBench(bench).run(); }

}  // namespace acctl::test
