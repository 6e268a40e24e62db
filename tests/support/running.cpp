#include "tests/support/running.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/catch.hpp"

namespace acctl::test {

namespace {

using Clock = std::chrono::steady_clock;

void make_pipe(int (&ends)[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
}

[[noreturn]] void become(std::vector<std::string> words, const std::map<std::string, std::string>& environment,
                         const Around& around) {
  for (const int number : around.ignored) signal(number, SIG_IGN);
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  execve(words[0].c_str(), pointers(words).data(), pointers(variables).data());
  _exit(126);
}

int waiting_in(int descriptor) {
  int bytes = 0;
  return ioctl(descriptor, FIONREAD, &bytes) == 0 ? bytes : -1;
}

}  // namespace

Running::Running(const Start& start, const Around& around) : start_(start) {
  int in[2] = {-1, -1};
  int out[2];
  int err[2] = {-1, -1};
  make_pipe(out);
  // A small one is full soon.
  fcntl(out[0], F_SETPIPE_SZ, 4096);
  if (around.terminal) {
    int terminal = -1;
    winsize size = {};
    size.ws_col = around.columns;
    size.ws_row = around.rows;
    pid_ = forkpty(&terminal, nullptr, nullptr, &size);
    in_ = err_ = terminal;
  } else {
    make_pipe(in);
    make_pipe(err);
    pid_ = fork();
    in_ = in[1];
    err_ = err[0];
  }
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {
    if (!around.terminal) {
      dup2(in[0], STDIN_FILENO);
      dup2(err[1], STDERR_FILENO);
    }
    if (!around.screen) dup2(out[1], STDOUT_FILENO);
    become(start_.words, start_.environment, around);
  }
  for (const int end : {in[0], out[1], err[1]}) {
    if (end >= 0) close(end);
  }
  out_ = out[0];
  fcntl(in_, F_SETFD, FD_CLOEXEC);
  type(start_.input);
}

Running::~Running() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (in_ >= 0) close(in_);
  if (err_ >= 0 && err_ != in_) close(err_);
  close(out_);
}

// Reads what is there; false when all is at its end.
bool Running::take(int wait_ms) {
  pollfd waits[2] = {{err_, POLLIN, 0}, {reading_ ? out_ : -1, POLLIN, 0}};
  if (poll(waits, 2, wait_ms) <= 0) return true;
  char buffer[65536];
  bool open = false;
  for (int i = 0; i < 2; ++i) {
    if (waits[i].fd < 0) continue;
    if (waits[i].revents == 0) {
      open = true;
      continue;
    }
    const ssize_t got = read(waits[i].fd, buffer, sizeof buffer);  // EIO: a terminal that nobody has open
    if (got > 0) (i == 0 ? result_.err : result_.out).append(buffer, static_cast<std::size_t>(got));
    open |= got > 0;
  }
  return open;
}

bool Running::says(const std::string& text) {
  const auto deadline = Clock::now() + start_.deadline;
  while (result_.err.find(text) == std::string::npos) {
    if (!take(100) || Clock::now() > deadline) return false;
  }
  return true;
}

void Running::type(const std::string& text) const {
  if (write(in_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) throw std::runtime_error("write");
}

bool Running::reads_on() const {
  return eventually([&] { return waiting_in(in_) == 0; }, start_.deadline);
}

bool Running::is_stuck() const {
  return eventually([&] { return waiting_in(out_) == fcntl(out_, F_GETPIPE_SZ); }, start_.deadline);
}

void Running::send(int signal) const { kill(pid_, signal); }

Result Running::finish() {
  if (in_ != err_) {
    close(in_);
    in_ = -1;
  }
  reading_ = true;
  const auto deadline = Clock::now() + start_.deadline;
  int status = 0;
  bool open = true;
  while (waitpid(pid_, &status, WNOHANG) == 0 || open) {
    open = take(20);
    if (Clock::now() > deadline) throw std::runtime_error(start_.words[0] + " did not end; it said: " + result_.err);
  }
  pid_ = 0;
  result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result_;
}

Result answered(const Acctl& acctl, const std::vector<std::string>& words, const std::string& answer,
                const std::function<void()>& meanwhile) {
  Running running(acctl.call(words), {.terminal = true});
  const bool asked = running.says("[y/N] ");
  INFO("it did not ask");
  CHECK(asked);
  if (asked && meanwhile) meanwhile();
  running.type(answer);
  return running.finish();
}

}  // namespace acctl::test
