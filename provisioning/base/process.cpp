#include "provisioning/base/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include "provisioning/base/client_process.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause{5};

// Closes at the end; never 0, 1 or 2, which a caller may have closed and which the child gives another meaning.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0 || number > STDERR_FILENO) return;
    number_ = fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(number);
  }
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  void reset() {
    if (number_ >= 0) close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

enum class LaunchStep { started, fork, account, parent, folder, files, program };

// What the child tells us through a pipe, which its exec closes.
struct Report {
  LaunchStep step;
  int place;  // which folder
  int error;  // errno
  pid_t pid;
};

// All that the child needs, made before the fork: after it only async-signal-safe calls are allowed, because another
// thread may have held a lock, that of malloc for one.
struct Image {
  std::vector<char*> words;
  std::vector<char*> environment;
  std::vector<std::string> folders;  // "/", "/var", "/var/lib" …
  const Account* account = nullptr;
  const char* log = nullptr;
  int input = -1;
  int output = -1;
  int report = -1;
  int inherited = -1;
  int death_signal = 0;
  bool attached = false;  // it keeps our standard input, output and error
  const std::vector<std::string>* more_environment = nullptr;
  pid_t parent = 0;
};

[[noreturn]] void give_up(const Image& image, LaunchStep step, int place = 0) {
  const Report report{step, place, errno, getpid()};
  const ssize_t ignored = write(image.report, &report, sizeof report);
  _exit(ignored < 0 ? 126 : 127);
}

void take_account(const Image& image) {
  if (image.account == nullptr) return;
  if (setgroups(1, &image.account->gid) == 0 && setgid(image.account->gid) == 0 && setuid(image.account->uid) == 0) {
    return;
  }
  give_up(image, LaunchStep::account);
}

void take_standard_files(const Image& image) {
  const int input = image.input >= 0 ? image.input : open("/dev/null", O_RDONLY | O_CLOEXEC);
  // Opened as the account: in a folder of the account's, root must not be led by a link to a file elsewhere.
  const int output =
      image.output >= 0 ? image.output : open(image.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (input < 0 || output < 0) give_up(image, LaunchStep::files);
  if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) {
    give_up(image, LaunchStep::files);
  }
}

void take_files(const Image& image) {
  if (!image.attached) take_standard_files(image);
  // A server that kept a pipe of our caller's would keep `$(acctl …)` waiting for ever.
  if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0) give_up(image, LaunchStep::files);
  if (image.inherited >= 0 && fcntl(image.inherited, F_SETFD, 0) != 0) give_up(image, LaunchStep::files);
}

[[noreturn]] void become(const Image& image) {
  const Report report{LaunchStep::started, 0, 0, getpid()};
  if (write(image.report, &report, sizeof report) < 0) give_up(image, LaunchStep::started);
  umask(077);
  signal(SIGPIPE, SIG_DFL);
  if (image.attached) {
    // Whoever waits for it ignores these.
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  take_account(image);
  if (image.death_signal != 0) {
    // After the change of account, which resets it. The parent may be gone already.
    prctl(PR_SET_PDEATHSIG, image.death_signal);
    if (getppid() != image.parent) give_up(image, LaunchStep::parent);
  }
  for (std::size_t i = 0; i < image.folders.size(); ++i) {
    if (chdir(image.folders[i].c_str()) != 0) give_up(image, LaunchStep::folder, static_cast<int>(i));
  }
  take_files(image);
  execve(image.words[0], image.words.data(), image.environment.data());
  give_up(image, LaunchStep::program);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> folders_down_to(const std::string& folder) {
  std::vector<std::string> all;
  std::filesystem::path so_far;
  for (const auto& part : std::filesystem::path(folder)) all.push_back((so_far /= part).string());
  return all;
}

[[noreturn]] void fail(const Program& program, const Image& image, const Report& report) {
  const std::string why = std::strerror(report.error);
  const std::string who = program.account ? "the account '" + program.account->name + "'" : "this user";
  switch (report.step) {
    case LaunchStep::account:
      throw Error(ErrorKind::failed, "cannot become " + who + ": " + why);
    case LaunchStep::folder: {
      const std::string& folder = image.folders.at(static_cast<std::size_t>(report.place));
      throw Error(
          ErrorKind::failed, who + ", which runs PostgreSQL, cannot enter " + folder + ": " + why,
          "Open it with: chmod a+x " + folder + " (or set XDG_DATA_HOME to a folder that every account can enter).");
    }
    case LaunchStep::files:
      throw Error(ErrorKind::failed, "cannot open the files of " + program.words[0] + ": " + why);
    default:
      throw Error(ErrorKind::failed, "cannot start " + program.words[0] + ": " + why);
  }
}

// A daemon is a grandchild: the child between ends at once, so that nobody has to wait for the daemon's end.
pid_t launch(const Program& program, Image image, bool daemon) {
  std::vector<std::string> words = program.words;
  // Nothing of ours is inherited: PGDATA, PGOPTIONS or a LANG that is not installed would change what is started.
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"};
  if (image.more_environment != nullptr) {
    environment.insert(environment.end(), image.more_environment->begin(), image.more_environment->end());
  }
  image.words = pointers(words);
  image.environment = pointers(environment);
  image.folders = folders_down_to(program.folder);
  image.account = program.account ? &*program.account : nullptr;
  image.parent = getpid();
  image.inherited = program.inherited;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error(ErrorKind::failed, "pipe: " + errno_text());
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  image.report = writing.number();
  const pid_t child = fork();
  if (child < 0) throw Error(ErrorKind::failed, "fork: " + errno_text());
  if (child == 0) {
    if (!daemon) become(image);
    setsid();
    const pid_t grandchild = fork();
    if (grandchild < 0) give_up(image, LaunchStep::fork);
    if (grandchild == 0) become(image);
    _exit(0);
  }
  writing.reset();
  if (daemon) waitpid(child, nullptr, 0);
  Report report{};
  pid_t pid = 0;
  for (;;) {
    const ssize_t got = read(reading.number(), &report, sizeof report);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof report) break;
    if (report.step != LaunchStep::started) {
      if (!daemon) waitpid(child, nullptr, 0);
      fail(program, image, report);
    }
    pid = report.pid;
  }
  if (pid == 0) throw Error(ErrorKind::failed, "cannot start " + program.words[0]);
  return pid;
}

// While it lives, Ctrl-C, Ctrl-\ and the end of the terminal are not for us: the program at it ends, and we go on.
class TerminalSignalsIgnored {
 public:
  TerminalSignalsIgnored() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &interrupt_);
    sigaction(SIGQUIT, &ignore, &quit_);
    sigaction(SIGHUP, &ignore, &hangup_);
  }
  ~TerminalSignalsIgnored() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
    sigaction(SIGHUP, &hangup_, nullptr);
  }
  TerminalSignalsIgnored(const TerminalSignalsIgnored&) = delete;
  TerminalSignalsIgnored& operator=(const TerminalSignalsIgnored&) = delete;

 private:
  struct sigaction interrupt_ = {};
  struct sigaction quit_ = {};
  struct sigaction hangup_ = {};
};

// A file without a name that holds `text`.
int anonymous_file(const std::string& text) {
  const int file = memfd_create("acctl", MFD_CLOEXEC);
  if (file < 0 || write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      lseek(file, 0, SEEK_SET) != 0) {
    throw Error(ErrorKind::failed, "memory file: " + errno_text());
  }
  return file;
}

std::string content(int file) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = pread(file, buffer, sizeof buffer, static_cast<off_t>(text.size()));
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

std::optional<Account> server_account() {
  if (geteuid() != 0) return std::nullopt;
  // Not `nobody`: other services run as it too, and would be let in.
  const passwd* entry = getpwnam("postgres");
  if (entry == nullptr || entry->pw_uid == 0) {
    throw Error(ErrorKind::failed,
                "the embedded server needs the account 'postgres', because PostgreSQL does not run as root",
                "Install the package postgresql, run acctl as another user, or name a server with --database.");
  }
  return Account{entry->pw_name, entry->pw_uid, entry->pw_gid};
}

bool wait_until(const std::function<bool()>& condition, const Patience& patience) {
  const auto deadline = Clock::now() + patience.time;
  while (!condition()) {
    if (patience.interrupted != nullptr && (*patience.interrupted)()) {
      throw Error(ErrorKind::interrupted, "interrupted while waiting for PostgreSQL", "Run the command again.");
    }
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

namespace {

Ended run(const Program& program, const std::vector<std::string>& environment, const std::string& input,
          const Patience& patience) {
  const Descriptor in(anonymous_file(input));
  const Descriptor out(anonymous_file(""));
  Image image;
  image.more_environment = &environment;
  image.input = in.number();
  image.output = out.number();
  image.death_signal = SIGKILL;
  const pid_t pid = launch(program, std::move(image), false);
  int status = 0;
  const auto stop = [&] {
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
  };
  try {
    if (!wait_until([&] { return waitpid(pid, &status, WNOHANG) == pid; }, patience)) {
      stop();
      throw Error(ErrorKind::locked, program.words[0] + " did not end within its time limit", "Run it again.");
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) stop();
    throw;
  }
  return {status, content(out.number())};
}

std::string require_success(const Program& program, Ended ended) {
  if (ended.status == 0) return std::move(ended.output);
  throw Error(ErrorKind::failed, program.words[0] + " failed: " + last_line(std::move(ended.output)));
}

}  // namespace

Ended run(const Program& program, const std::string& input, const Patience& patience) {
  return run(program, {}, input, patience);
}

std::string run_to_end(const Program& program, const std::string& input, const Patience& patience) {
  return require_success(program, run(program, input, patience));
}

std::string run_client(const ClientProgram& client, const std::string& input, const Patience& patience) {
  return require_success(client.program, run(client.program, client.environment, input, patience));
}

Attached run_attached(const ClientProgram& client, const std::function<bool()>& stop) {
  constexpr std::chrono::seconds grace{2};
  const TerminalSignalsIgnored ignored;
  Image image;
  image.more_environment = &client.environment;
  image.attached = true;
  image.death_signal = SIGTERM;
  const pid_t pid = launch(client.program, std::move(image), false);
  Attached ended;
  Clock::time_point told;
  while (waitpid(pid, &ended.status, WNOHANG) != pid) {
    if (!ended.stopped && stop()) {
      ended.stopped = true;
      told = Clock::now();
      kill(pid, SIGTERM);
    } else if (ended.stopped && Clock::now() - told > grace) {
      kill(pid, SIGKILL);
    }
    std::this_thread::sleep_for(pause);
  }
  return ended;
}

pid_t start_daemon(const Program& program, const std::string& log) {
  Image image;
  image.log = log.c_str();
  return launch(program, std::move(image), true);
}

pid_t start_child(const Program& program, const std::string& log, int death_signal) {
  Image image;
  image.log = log.c_str();
  image.death_signal = death_signal;
  return launch(program, std::move(image), false);
}

}  // namespace acctl
