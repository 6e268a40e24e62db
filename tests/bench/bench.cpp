// Measures acctl against a floor in the same run: pairs in turn, medians, ratios. See CONTRIBUTING.md for how to run
// it.
//
//   bench [ROUNDS]     a Markdown table on standard output
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "provisioning/database/dsn.hpp"
#include "provisioning/database/embedded.hpp"
#include "provisioning/model/files.hpp"
#include "tests/support/program.hpp"

namespace acctl::test {

namespace {

using Clock = std::chrono::steady_clock;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double milliseconds(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

std::string binary_of_postgresql(const std::string& name) {
  // Debian's psql in PATH is a Perl wrapper: the real one is beside the server.
  for (int version = 20; version >= 12; --version) {
    const std::string path = "/usr/lib/postgresql/" + std::to_string(version) + "/bin/" + name;
    if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
      std::fclose(file);
      return path;
    }
  }
  throw std::runtime_error("no " + name);
}

class Bench {
 public:
  explicit Bench(int rounds) : rounds_(rounds), acctl_(folder_.path()) {
    // The embedded server as users have it, but on tmpfs. Its account must be able to enter.
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0711));
    must({ACCTL_PROGRAM, "platform", "init"});
    url_ = line(must({ACCTL_PROGRAM, "local", "url"}).out);
    socket_ = Dsn::parse(url_).get("host");
    must({ACCTL_PROGRAM, "tenant", "create", "warm", "--name", "Warm", "--admin-email", "a@warm.example"});
    sql("create schema bench; create table bench.registry (slug text primary key, name text, plan text)");
    template_ = sql("select datname from pg_database where datname like 'acctl\\_template\\_helpdesk\\_%'");
    write_schema();
    seed_ = folder_.path() + "/seed.sql";
    must({binary_of_postgresql("pg_dump"), "--data-only", "--column-inserts", "-n", "app", "-T", "app.authors", "-f",
          seed_, "-h", socket_, "-U", "postgres", "warm"});
  }

  ~Bench() { run_program({.words = {ACCTL_PROGRAM, "local", "destroy", "--yes"}, .environment = acctl_.environment}); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void run() {
    std::printf("| what | acctl (ms) | floor (ms) | ratio | wanted |\n|---|---|---|---|---|\n");
    start_up();
    one_tenant();
    hundred_tenants();
    look_again();
    list();
  }

 private:
  Result must(std::vector<std::string> words, const std::string& input = "") {
    const Result result = run_program(
        {.words = words, .environment = acctl_.environment, .input = input, .deadline = std::chrono::seconds(300)});
    if (result.status != 0) {
      std::string line;
      for (const std::string& word : words) line += word + " ";
      throw std::runtime_error(line + "\n" + result.err);
    }
    return result;
  }

  // What a shell script would have: the migrations in one file, and a file of INSERTs as seed.
  void write_schema() {
    schema_ = folder_.path() + "/schema.sql";
    std::string text = "create schema acctl;\n";
    for (const Migration& migration : tenant_migrations()) text += std::string(migration.sql) + "\n";
    write_file(schema_, text);
  }

  static std::string line(const std::string& text) { return text.substr(0, text.find('\n')); }

  std::string sql(const std::string& statements) {
    return line(must({binary_of_postgresql("psql"), "-Atqc", statements, url_}).out);
  }

  // `ours` and `floor` in turn; each is told the round.
  void compare(const std::string& what, int rounds, const std::function<void(int)>& ours,
               const std::function<void(int)>& floor, const std::string& wanted) {
    std::vector<double> our_times;
    std::vector<double> floor_times;
    std::vector<double> ratios;
    for (int round = -1; round < rounds; ++round) {  // the first is a warm-up
      const double a = milliseconds([&] { ours(round + 1); });
      const double b = milliseconds([&] { floor(round + 1); });
      if (round < 0) continue;
      our_times.push_back(a);
      floor_times.push_back(b);
      ratios.push_back(a / b);
    }
    std::printf("| %s | %.1f | %.1f | %.2f | %s |\n", what.c_str(), median(our_times), median(floor_times),
                median(ratios), wanted.c_str());
    std::fflush(stdout);
  }

  std::vector<std::string> create(const std::string& slug) const {
    return {ACCTL_PROGRAM, "tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example", "-q"};
  }

  void start_up() {
    const std::string psql = binary_of_postgresql("psql");
    compare(
        "`acctl --version` to `psql --version`", rounds_ * 4, [&](int) { must({ACCTL_PROGRAM, "--version"}); },
        [&](int) { must({psql, "--version"}); }, "≤ 1.0");
    compare(
        "`acctl --help` to `psql --version`", rounds_ * 4, [&](int) { must({ACCTL_PROGRAM, "--help"}); },
        [&](int) { must({psql, "--version"}); }, "≤ 1.0");
  }

  void one_tenant() {
    compare(
        "one tenant, to bare libpq", rounds_, [&](int i) { must(create("one" + std::to_string(i))); },
        [&](int i) { must({BENCH_FLOOR, "provision", url_, template_, "onefloor" + std::to_string(i)}); }, "≤ 1.5");
    const std::string psql = binary_of_postgresql("psql");
    const std::string createdb = binary_of_postgresql("createdb");
    compare(
        "one tenant, to createdb and psql", rounds_, [&](int i) { must(create("two" + std::to_string(i))); },
        [&](int i) {
          const std::string name = "twofloor" + std::to_string(i);
          must({createdb, "-h", socket_, "-U", "postgres", name});
          const std::string url = Dsn::parse(url_).with("user", "postgres").with("dbname", name).display();
          for (const std::string& file : {schema_, seed_}) {
            must({psql, "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", file, url});
          }
          must({psql, "-q", "-c", "insert into bench.registry values ('" + name + "', 'Bench', 'trial')", url_});
        },
        "≤ 0.33");
  }

  static std::string file_of_tenants(const std::string& prefix, int count) {
    std::string csv = "slug,name,admin_email\n";
    for (int i = 0; i < count; ++i) csv += prefix + std::to_string(i) + ",Bench,admin@bench.example\n";
    return csv;
  }

  void hundred_tenants() {
    const int rounds = std::max(1, rounds_ / 4);
    compare(
        "100 tenants with -f, 8 at a time", rounds,
        [&](int i) {
          file_ = folder_.path() + "/tenants.csv";
          write_file(file_, file_of_tenants("many" + std::to_string(i) + "-", 100));
          must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", file_});
        },
        [&](int i) {
          must({BENCH_FLOOR, "provision-many", url_, template_, "manyfloor" + std::to_string(i) + "-", "100", "8"});
        },
        "≤ 1.25");
  }

  void look_again() {
    std::vector<std::string> look = {BENCH_FLOOR, "look-many", url_, "8"};
    for (int i = 0; i < 100; ++i) look.push_back("many0-" + std::to_string(i));
    write_file(file_, file_of_tenants("many0-", 100));
    compare(
        "100 existing tenants again, to a connection and a query each", rounds_,
        [&](int) { must({ACCTL_PROGRAM, "tenant", "create", "-q", "-f", file_}); }, [&](int) { must(look); }, "≤ 1.5");
  }

  // Own CPU and memory of a list of 10,000, to psql that fetches the same rows.
  void list() {
    sql(
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
        const rusage use = resources({ACCTL_PROGRAM, "tenant", "list", "-o", format});
        times.push_back(cpu(use));
        floors.push_back(cpu(resources({BENCH_FLOOR, "fetch", url_})));
        peaks.push_back(static_cast<double>(use.ru_maxrss) / 1024);
      }
      std::printf("| `tenant list -o %s` of 10,000: CPU, fetching the same rows | %.0f | %.0f | | ≤ floor + 100 ms |\n",
                  format.c_str(), median(times), median(floors));
      std::printf("| `tenant list -o %s` of 10,000: memory | %.0f MiB | | | ≤ 64 MB |\n", format.c_str(),
                  median(peaks));
    }
  }

  static double cpu(const rusage& use) {
    return 1e3 * static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-3 * static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
  }

  // What the process itself used; its output is thrown away.
  rusage resources(std::vector<std::string> words) const {
    std::vector<std::string> variables;
    for (const auto& [name, value] : acctl_.environment) variables.push_back(name + "=" + value);
    const auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> all;
      for (std::string& text : texts) all.push_back(text.data());
      all.push_back(nullptr);
      return all;
    };
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    const int failed =
        posix_spawn(&pid, words[0].c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    rusage use = {};
    if (failed != 0 || wait4(pid, &status, 0, &use) != pid || status != 0) throw std::runtime_error(words[0]);
    return use;
  }

  int rounds_;
  TemporaryFolder folder_;
  Acctl acctl_;
  std::string url_;
  std::string socket_;
  std::string template_;
  std::string schema_;
  std::string seed_;
  std::string file_;
};

}  // namespace

}  // namespace acctl::test

int main(int argc, char** argv) {
  try {
    acctl::test::Bench(argc > 1 ? std::atoi(argv[1]) : 15).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
