#include "tests/support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace acctl::test {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int ends[2];
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(int which) {
    if (ends[which] >= 0) close(ends[which]);
    ends[which] = -1;
  }
};

// True when `pipe` is at its end.
bool drain(Pipe& pipe, std::string& text) {
  char buffer[65536];
  const ssize_t got = read(pipe.ends[0], buffer, sizeof buffer);
  if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  return got <= 0;
}

}  // namespace

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

std::string program_path() {
  const char* other = std::getenv("ACCTL_TEST_PROGRAM");
  return other == nullptr ? ACCTL_PROGRAM : other;
}

Result run_program(const Start& start) {
  Pipe in;
  Pipe out;
  Pipe err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
  std::vector<std::string> words = start.words;
  std::vector<std::string> variables;
  for (const auto& [name, value] : start.environment) variables.push_back(name + "=" + value);
  pid_t pid = 0;
  const int failed =
      posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);
  // Inputs of tests are smaller than a pipe.
  if (write(in.ends[1], start.input.data(), start.input.size()) < 0) throw std::runtime_error("write to the program");
  in.close_end(1);

  Result result;
  const auto deadline = Clock::now() + start.deadline;
  bool out_open = true;
  bool err_open = true;
  while (out_open || err_open) {
    pollfd waits[2] = {{out_open ? out.ends[0] : -1, POLLIN, 0}, {err_open ? err.ends[0] : -1, POLLIN, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0 || poll(waits, 2, static_cast<int>(left)) == 0) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      throw std::runtime_error(words[0] + " did not end within its deadline; it said: " + result.err);
    }
    if (waits[0].revents != 0) out_open = !drain(out, result.out);
    if (waits[1].revents != 0) err_open = !drain(err, result.err);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

Acctl::Acctl(std::string folder) {
  const char* path = std::getenv("PATH");
  environment = {{"PATH", path == nullptr ? "/usr/bin:/bin" : path},
                 {"HOME", folder},
                 {"XDG_CONFIG_HOME", folder + "/config"},
                 {"XDG_DATA_HOME", folder + "/data"}};
  // What the test looks for in its own memory (tests/CMakeLists.txt) it looks for in that of the program, too.
  for (const char* name : {"ASAN_OPTIONS", "GLIBC_TUNABLES"}) {
    if (const char* value = std::getenv(name)) environment[name] = value;
  }
}

Result Acctl::operator()(std::vector<std::string> words, const std::string& input) const {
  return run_program(call(std::move(words), input));
}

Start Acctl::call(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), program_path());
  return {.words = std::move(words), .environment = environment, .input = input};
}

std::string command_line(const std::vector<std::string>& words) {
  std::string line = "acctl";
  for (const std::string& word : words) line += " " + word;
  return line;
}

Start under_strace(const Acctl& acctl, const std::vector<std::string>& options, const std::string& trace,
                   const std::vector<std::string>& words) {
  Start start{.words = {"strace", "-f", "-qq", "-o", trace}, .environment = acctl.environment};
  start.words.insert(start.words.end(), options.begin(), options.end());
  start.words.push_back(program_path());
  start.words.insert(start.words.end(), words.begin(), words.end());
  // The leak sanitizer cannot work in a traced process.
  std::string& asan = start.environment["ASAN_OPTIONS"];
  asan += (asan.empty() ? "" : ":") + std::string("detect_leaks=0");
  return start;
}

TemporaryFolder::TemporaryFolder() {
  path_ = std::filesystem::is_directory("/dev/shm") ? "/dev/shm/acctl-XXXXXX" : "/tmp/acctl-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
  const auto end = Clock::now() + deadline;
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace acctl::test
