#include "cli/pager.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>

extern char** environ;

namespace acctl {

namespace {

std::size_t variable_number(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  std::size_t value = 0;
  const std::string_view digits = text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && value > 0 ? value : otherwise;
}

// Words between blanks: no shell reads them.
std::vector<std::string> pager_words() {
  const char* text = "less -FRX";
  for (const char* name : {"PAGER", "ACCTL_PAGER"}) {
    if (const char* value = std::getenv(name); value != nullptr) text = value;
  }
  std::vector<std::string> words;
  bool inside = false;
  for (const char* c = text; *c != '\0'; ++c) {
    if (*c == ' ') {
      inside = false;
    } else {
      if (!inside) words.emplace_back();
      inside = true;
      words.back() += *c;
    }
  }
  return words;
}

// The keys that interrupt belong to the pager while it is there: less takes Ctrl-C as the end of a search.
class IgnoredInterrupts {
 public:
  IgnoredInterrupts() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &ignore, &interrupt_);
    sigaction(SIGQUIT, &ignore, &quit_);
  }
  ~IgnoredInterrupts() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
  }
  IgnoredInterrupts(const IgnoredInterrupts&) = delete;
  IgnoredInterrupts& operator=(const IgnoredInterrupts&) = delete;

 private:
  struct sigaction interrupt_ = {};
  struct sigaction quit_ = {};
};

// Starts the program with `input` as its standard input and default signals; 0 if that fails.
pid_t start(std::vector<std::string> words, int input) {
  // For PAGER=less: it ends at once for a short text, keeps colors and leaves the text standing.
  setenv("LESS", "FRX", 0);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGINT, SIGQUIT, SIGPIPE, SIGTERM}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv.front(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? child : 0;
}

}  // namespace

Screen screen() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  winsize size = {};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  return {.columns = size.ws_col > 0 ? size.ws_col : variable_number("COLUMNS", 80),
          .rows = size.ws_row > 0 ? size.ws_row : variable_number("LINES", 24)};
}

std::size_t error_columns() {
  if (isatty(STDERR_FILENO) == 0) return 0;
  winsize size = {};
  ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
  return size.ws_col > 0 ? size.ws_col : variable_number("COLUMNS", 80);
}

bool is_long(std::string_view text, const Screen& size) {
  std::size_t rows = 0;
  for (std::size_t start = 0; start < text.size() && rows < size.rows;) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    rows += 1 + (end > start ? (end - start - 1) / size.columns : 0);
    start = end + 1;
  }
  return size.rows > 0 && rows >= size.rows;
}

std::optional<int> run_with_input(std::vector<std::string> words, std::string_view text) {
  int ends[2];
  if (words.empty() || pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  const IgnoredInterrupts ignored;
  const pid_t child = start(std::move(words), ends[0]);
  close(ends[0]);
  while (child > 0 && !text.empty()) {
    const ssize_t put = write(ends[1], text.data(), text.size());
    if (put > 0) {
      text.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno != EINTR) {
      break;  // EPIPE: who has seen enough leaves before the end
    }
  }
  close(ends[1]);
  if (child == 0) return std::nullopt;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool is_dumb_terminal() {
  const char* type = std::getenv("TERM");
  return type == nullptr || *type == '\0' || std::string_view(type) == "dumb";
}

bool show_in_pager(std::string_view text) {
  if (is_dumb_terminal()) return false;
  const std::vector<std::string> words = pager_words();
  return words != std::vector<std::string>{"cat"} && run_with_input(words, text).has_value();
}

}  // namespace acctl
