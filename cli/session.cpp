#include "cli/session.hpp"

#include <signal.h>

#include <atomic>

#include "provisioning/model/duration.hpp"
#include "provisioning/model/error.hpp"

namespace acctl {

namespace {

// Set by the handler, read by every worker thread.
std::atomic<int> caught_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

Session::Session(const Command& root, const Settings& settings, std::vector<std::string> words,
                 std::set<std::string> given)
    : root_(root), settings_(settings), words_(std::move(words)), given_(std::move(given)), terminal_(settings) {
  if (settings_.parallel < 1 || settings_.parallel > 64) {
    throw Error(ErrorKind::invalid, "--parallel: " + std::to_string(settings_.parallel) + " is not between 1 and 64");
  }
  if (timeout() < std::chrono::milliseconds(100) || timeout() > std::chrono::hours(24)) {
    throw Error(ErrorKind::invalid, "--timeout: " + settings_.timeout + " is not between 100ms and 24h");
  }
}

RecordWriter Session::records(Shape shape, std::vector<Column> columns) const {
  return RecordWriter(format(), shape, std::move(columns));
}

void Session::confirm(const std::string& question) {
  if (settings_.dry_run) return;
  std::string command = "acctl";
  for (const std::string& word : words_) command += " " + shell_quoted(word);
  terminal_.confirm(question, command);
}

std::chrono::milliseconds Session::timeout() const { return parse_duration("--timeout", settings_.timeout); }

int interrupt_signal() { return caught_signal; }

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int number) { caught_signal = number; };
  sigemptyset(&action.sa_mask);
  // A second signal of the kind ends the program at once: the first was not heeded soon enough.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

}  // namespace acctl
