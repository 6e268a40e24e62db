#include "tests/bench/harness.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "provisioning/database/dsn.hpp"

namespace acctl::test {

namespace {

using Clock = std::chrono::steady_clock;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Harness::Harness(int rounds) : rounds_(rounds), acctl_(folder_.path()) {
  // The embedded server as users have it, but on tmpfs. Its account must be able to enter.
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0711));
  must({ACCTL_PROGRAM, "platform", "init"});
  settle("mail: ~");  // what is sent right after a command is measured by itself
  url_ = first_line(must({ACCTL_PROGRAM, "local", "url"}).out);
  socket_ = Dsn::parse(url_).get("host");
}

Harness::~Harness() {
  run_program({.words = {ACCTL_PROGRAM, "local", "destroy", "--yes"}, .environment = acctl_.environment});
}

Result Harness::must(std::vector<std::string> words, const std::string& input) {
  const Result result = run_program(
      {.words = words, .environment = acctl_.environment, .input = input, .deadline = std::chrono::seconds(300)});
  if (result.status != 0) {
    std::string line;
    for (const std::string& word : words) line += word + " ";
    throw std::runtime_error(line + "\n" + result.err);
  }
  return result;
}

void Harness::settle(const std::string& settings) {
  must({ACCTL_PROGRAM, "platform", "apply", "-f", "-", "--yes", "-q"}, "acctl: 1\n" + settings + "\n");
}

std::string Harness::url_of(const std::string& database) const {
  return Dsn::parse(url_).with("user", "postgres").with("dbname", database).display();
}

std::string Harness::sql(const std::string& statements, const std::string& database) {
  const std::string url = database.empty() ? url_ : url_of(database);
  return first_line(must({binary_of_postgresql("psql"), "-Atqc", statements, url}).out);
}

void Harness::compare(const std::string& what, int rounds, const std::function<void(int)>& ours,
                      const std::function<void(int)>& floor, const std::string& wanted, Before before) {
  std::vector<double> our_times;
  std::vector<double> floor_times;
  std::vector<double> ratios;
  const auto measured = [&](const std::function<void(int)>& work, int round) {
    if (before == Before::checkpoint) sql("checkpoint", "postgres");
    return milliseconds([&] { work(round + 1); });
  };
  for (int round = -1; round < rounds; ++round) {  // the first is a warm-up
    const double a = measured(ours, round);
    const double b = measured(floor, round);
    if (round < 0) continue;
    our_times.push_back(a);
    floor_times.push_back(b);
    ratios.push_back(a / b);
  }
  std::printf("| %s | %.1f | %.1f | %.2f | %s |\n", what.c_str(), median(our_times), median(floor_times),
              median(ratios), wanted.c_str());
  std::fflush(stdout);
}

rusage Harness::resources(std::vector<std::string> words) const {
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

double cpu(const rusage& use) {
  return 1e3 * static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         1e-3 * static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

double peak(const rusage& use) { return static_cast<double>(use.ru_maxrss) / 1024; }

}  // namespace acctl::test
