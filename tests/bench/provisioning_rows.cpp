// Tenants: from nothing to active, looked at again, listed.
#include <algorithm>
#include <cstdio>

#include "provisioning/base/embedded.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/dsn.hpp"
#include "tests/bench/harness.hpp"

namespace acctl::test {

namespace {

class Provisioning {
 public:
  explicit Provisioning(Harness& harness) : bench(harness), rounds_(harness.rounds()), url_(harness.url()) {
    bench.must({ACCTL_PROGRAM, "tenant", "create", "warm", "--name", "Warm", "--admin-email", "a@warm.example"});
    bench.sql("create schema bench; create table bench.registry (slug text primary key, name text, plan text)");
    template_ = bench.sql("select datname from pg_database where datname like 'acctl\\_template\\_helpdesk\\_%'");
    write_schema();
    seed_ = bench.path("seed.sql");
    bench.must({binary_of_postgresql("pg_dump"), "--data-only", "--column-inserts", "-n", "app", "-T", "app.authors",
                "-f", seed_, "-h", bench.socket(), "-U", "postgres", "warm"});
  }

  void run() {
    start_up();
    one_tenant();
    hundred_tenants();
    look_again();
    list();
  }

 private:
  // What a shell script would have: the migrations in one file, and a file of INSERTs as seed.
  void write_schema() {
    schema_ = bench.path("schema.sql");
    std::string text = "create schema acctl;\n";
    for (const Migration& migration : tenant_migrations()) text += std::string(migration.sql) + "\n";
    write_file(schema_, text);
  }

  std::vector<std::string> create(const std::string& slug) const {
    return {ACCTL_PROGRAM, "tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example", "-q"};
  }

  void start_up() {
    const std::string psql = binary_of_postgresql("psql");
    bench.compare(
        "`acctl --version` to `psql --version`", rounds_ * 4, [&](int) { bench.must({ACCTL_PROGRAM, "--version"}); },
        [&](int) { bench.must({psql, "--version"}); }, "≤ 1.1");
    const std::vector<std::vector<std::string>> texts = {
        {"--help"}, {"help", "exit-codes"}, {"explain", "roles"}, {"manual", "acctl-tutorial"}};
    for (const std::vector<std::string>& text : texts) {
      std::vector<std::string> words = {ACCTL_PROGRAM};
      words.insert(words.end(), text.begin(), text.end());
      bench.compare(
          "`acctl " + join(text, " ") + "` to `psql --version`", rounds_ * 4, [&](int) { bench.must(words); },
          [&](int) { bench.must({psql, "--version"}); }, "≤ 1.1");
    }
  }

  void one_tenant() {
    bench.compare(
        "one tenant, to bare libpq", rounds_, [&](int i) { bench.must(create("one" + std::to_string(i))); },
        [&](int i) { bench.must({BENCH_FLOOR, "provision", url_, template_, "onefloor" + std::to_string(i)}); },
        "≤ 1.5", Before::checkpoint);
    const std::string psql = binary_of_postgresql("psql");
    const std::string createdb = binary_of_postgresql("createdb");
    bench.compare(
        "one tenant, to createdb and psql", rounds_, [&](int i) { bench.must(create("two" + std::to_string(i))); },
        [&](int i) {
          const std::string name = "twofloor" + std::to_string(i);
          bench.must({createdb, "-h", bench.socket(), "-U", "postgres", name});
          const std::string url = Dsn::parse(url_).with("user", "postgres").with("dbname", name).display();
          for (const std::string& file : {schema_, seed_}) {
            bench.must({psql, "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", file, url});
          }
          bench.must({psql, "-q", "-c", "insert into bench.registry values ('" + name + "', 'Bench', 'trial')", url_});
        },
        "≤ 0.33", Before::checkpoint);
  }

  static std::string file_of_tenants(const std::string& prefix, int count) {
    std::string csv = "slug,name,admin_email\n";
    for (int i = 0; i < count; ++i) csv += prefix + std::to_string(i) + ",Bench,admin@bench.example\n";
    return csv;
  }

  void hundred_tenants() {
    const int rounds = std::max(1, rounds_ / 4);
    bench.compare(
        "100 tenants with -f, 8 at a time", rounds,
        [&](int i) {
          file_ = bench.path("tenants.csv");
          write_file(file_, file_of_tenants("many" + std::to_string(i) + "-", 100));
          bench.must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", file_});
        },
        [&](int i) {
          bench.must(
              {BENCH_FLOOR, "provision-many", url_, template_, "manyfloor" + std::to_string(i) + "-", "100", "8"});
        },
        "≤ 1.25", Before::checkpoint);
  }

  void look_again() {
    std::vector<std::string> look = {BENCH_FLOOR, "look-many", url_, "8"};
    for (int i = 0; i < 100; ++i) look.push_back("many0-" + std::to_string(i));
    write_file(file_, file_of_tenants("many0-", 100));
    bench.compare(
        "100 existing tenants again, to a connection and a query each", rounds_,
        [&](int) { bench.must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", file_}); },
        [&](int) { bench.must(look); }, "≤ 1.5");
  }

  // Own CPU and memory of a list of 10,000, to psql that fetches the same rows.
  void list() {
    bench.sql(
        std::string("insert into acctl.tenants (slug, name, status, plan, server_id, database_name, "
                    "owner_role, app_role, pack, admin_email, admin_name, labels, trial_ends_at) select 'list-' || i, "
                    "'Tenant ' || i, 'provisioning', 'trial', 1, 'list-' || i, 'o' || i, 'a' || i, "
                    "'helpdesk', 'a@b.example', 'A', '{\"tier\": \"gold\"}', now() from generate_series(1, "
                    "10000) i; insert into acctl.tenant_steps (tenant_id, position, name) select t.id, "
                    "n, 'step' || n from acctl.tenants t, generate_series(1, 8) n where t.slug like "
                    "'list-%'; analyze"));
    for (const std::string format : {"table", "json"}) {
      std::vector<double> times;
      std::vector<double> floors;
      std::vector<double> peaks;
      for (int round = 0; round < rounds_; ++round) {
        const rusage use = bench.resources({ACCTL_PROGRAM, "tenant", "list", "-o", format});
        times.push_back(cpu(use));
        floors.push_back(cpu(bench.resources({BENCH_FLOOR, "fetch", url_})));
        peaks.push_back(peak(use));
      }
      std::printf("| `tenant list -o %s` of 10,000: CPU, fetching the same rows | %.0f | %.0f | | ≤ floor + 100 ms |\n",
                  format.c_str(), median(times), median(floors));
      std::printf("| `tenant list -o %s` of 10,000: memory | %.0f MiB | | | ≤ 64 MB |\n", format.c_str(),
                  median(peaks));
    }
  }

  Harness& bench;
  int rounds_;
  std::string url_;
  std::string template_;
  std::string schema_;
  std::string seed_;
  std::string file_;
};

}  // namespace

void measure_provisioning(Harness& bench) { Provisioning(bench).run(); }

}  // namespace acctl::test
