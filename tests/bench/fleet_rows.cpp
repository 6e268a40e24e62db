// Many tenants on an ordinary day: edited, migrated, selected, completed.
#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "provisioning/base/embedded.hpp"
#include "provisioning/base/files.hpp"
#include "tests/bench/harness.hpp"

namespace acctl::test {

namespace {

using Words = std::vector<std::string>;

constexpr int count = 200;
constexpr const char* workers = "8";  // as many as acctl takes

// What takes the last migration of a tenant back, by its version: a small step, to be run again and again.
constexpr std::size_t last_step = 26;
constexpr const char* last_step_back =
    "drop trigger keep_provider on app.identity_providers; drop view app.sign_in; "
    "drop function acctl.keep_provider(), acctl.admits_admin(text[]), app.lets_in(app.identity_providers, text); "
    "alter table acctl.revision drop column providers, drop column admits_admin; "
    "delete from acctl.migrations where version = 26";

class FleetBench {
 public:
  explicit FleetBench(Harness& harness) : bench(harness) {
    std::string csv = "slug,name,admin_email\n";
    for (int i = 0; i < count; ++i) {
      slugs_.push_back("day-" + std::to_string(i));
      csv += slugs_.back() + ",Bench,admin@bench.example\n";
    }
    const std::string file = bench.path("day.csv");
    write_file(file, csv);
    bench.must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", file});
  }

  void run() {
    edit_all();
    migrate_all();
    select();
  }

 private:
  Words on_all(Words first, const Words& last = {}) const {
    first.insert(first.end(), slugs_.begin(), slugs_.end());
    first.insert(first.end(), last.begin(), last.end());
    return first;
  }

  // A bare program changes the same columns: of the registry in one session of each worker, of each tenant in a session
  // of its own.
  void edit_all() {
    bench.compare(
        "`tenant edit` of 200 tenants, to bare libpq updating their rows", bench.rounds(),
        [&](int i) {
          const std::string notes = "Round " + std::to_string(i);
          bench.must(on_all({ACCTL_PROGRAM, "tenant", "edit"}, {"--notes", notes, "--yes", "-q", "-o", "name"}));
        },
        [&](int i) {
          bench.must(on_all({BENCH_FLOOR, "update-many", bench.url(), workers,
                             "update acctl.tenants set notes = 'Round " + std::to_string(i) + "' where slug = ", ""}));
        },
        "≤ 1.3", Before::checkpoint);
    bench.compare(
        "`tenant set-plan` of 200 tenants, to bare libpq updating both databases", bench.rounds(),
        [&](int i) {
          // More than there was: before a limit shrinks each tenant is asked what it uses, in one more session.
          const std::string limit = "projects=" + std::to_string(1000 + i);
          bench.must(on_all({ACCTL_PROGRAM, "tenant", "set-plan"}, {"--limit", limit, "--yes", "-q", "-o", "name"}));
        },
        [&](int i) {
          const std::string limit = std::to_string(500 + i);
          bench.must(on_all({BENCH_FLOOR, "update-many", bench.url(), workers,
                             "update acctl.tenants set limits = '{\"projects\": " + limit + "}' where slug = ",
                             "update acctl.tenant set project_limit = " + limit}));
        },
        "≤ 1.3", Before::checkpoint);
  }

  void take_last_step_back() {
    // As superuser: the owner of a tenant's tables does not log in.
    const Words back = {BENCH_FLOOR, "read-many", bench.url_of("postgres"), workers, last_step_back};
    bench.must(on_all(back));
    bench.sql("update acctl.tenants set schema_version = " + std::to_string(last_step - 1) +
              " where slug like 'day-%'");
  }

  void migrate_all() {
    const std::vector<Migration> steps = tenant_migrations();
    if (steps.size() != last_step) throw std::runtime_error("fleet_rows.cpp: say what takes the last migration back");
    const std::string script = bench.path("step.sql");
    write_file(script, std::string(steps.back().sql) +
                           "\ninsert into acctl.migrations (version, name, checksum) values (" +
                           std::to_string(last_step) + ", 'step', 'x');\n");
    const std::string psql = binary_of_postgresql("psql");
    std::vector<double> ours, floors, ratios;
    for (int round = 0; round < std::min(bench.rounds(), 5); ++round) {
      take_last_step_back();
      ours.push_back(milliseconds([&] { bench.must(on_all({ACCTL_PROGRAM, "tenant", "migrate"}, {"-q"})); }));
      take_last_step_back();
      floors.push_back(milliseconds([&] {
        bench.must(on_all({"/usr/bin/env", "bash", "-c",
                           R"(printf '%s\n' "${@:4}" | xargs -P "$1" -I{} "$2" -q -1 -v ON_ERROR_STOP=1 -f "$3" )"
                           R"(-h ")" +
                               bench.socket() + R"(" -U postgres {})",
                           "floor", workers, psql, script}));
      }));
      ratios.push_back(ours.back() / floors.back());
      // With the checksum that acctl knows.
      take_last_step_back();
      bench.must(on_all({ACCTL_PROGRAM, "tenant", "migrate"}, {"-q"}));
    }
    std::printf(
        "| `tenant migrate` of 200 tenants by one step, to psql running it, 8 at a time | %.1f | %.1f | %.2f | "
        "≤ 1.3 |\n",
        median(ours), median(floors), median(ratios));
  }

  // Of 10,000 rows of the registry.
  void select() {
    bench.sql(
        "insert into acctl.tenants (slug, name, status, plan, server_id, database_name, owner_role, app_role, pack, "
        "admin_email, admin_name, labels, trial_ends_at) select 'row-' || i, 'Tenant ' || i, 'provisioning', 'trial', "
        "1, 'row-' || i, 'o' || i, 'a' || i, 'helpdesk', 'a@b.example', 'A', '{\"tier\": \"gold\"}', now() "
        "from generate_series(1, 10000) i; analyze");
    std::vector<double> matched, floors, completed;
    for (int round = 0; round < bench.rounds(); ++round) {
      matched.push_back(cpu(bench.resources({ACCTL_PROGRAM, "tenant", "list", "--match", "label.tier=gold"})));
      floors.push_back(cpu(bench.resources({BENCH_FLOOR, "fetch", bench.url()})));
      completed.push_back(milliseconds([&] { bench.must({ACCTL_PROGRAM, "__complete", "tenant", "show", ""}); }));
    }
    std::printf("| `tenant list --match` of 10,000: CPU, fetching the same rows | %.0f | %.0f | | ≤ floor + 100 ms |\n",
                median(matched), median(floors));
    std::printf("| completing a slug among 10,000 | %.0f | | | ≤ 300 ms |\n", median(completed));
    std::fflush(stdout);
  }

  Harness& bench;
  Words slugs_;
};

}  // namespace

void measure_fleet(Harness& bench) { FleetBench(bench).run(); }

}  // namespace acctl::test
