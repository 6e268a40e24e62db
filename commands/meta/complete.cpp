#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>

#include "cli/session.hpp"
#include "cli/surroundings.hpp"
#include "commands/commands.hpp"
#include "commands/meta/live_values.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// For what must answer in time or not at all: when `time` has passed the process ends with status 0, wherever it is,
// and nothing that it holds is handed back. What could hang (the name of a host that is looked up, a server that falls
// silent) is not asked whether it wants to end.
void end_process_after(std::chrono::milliseconds time) {
  struct sigaction action = {};
  action.sa_handler = [](int) { _exit(0); };
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, nullptr);
  itimerval limit = {};
  limit.it_value.tv_sec = time.count() / 1000;
  limit.it_value.tv_usec = time.count() % 1000 * 1000;
  setitimer(ITIMER_REAL, &limit, nullptr);
}

// Nobody waits longer for a word than for a prompt.
constexpr std::chrono::milliseconds longest_wait{280};

std::string to_lines(const std::vector<Candidate>& candidates) {
  std::string lines;
  for (const Candidate& candidate : candidates) {
    if (escaped(candidate.word) != candidate.word) continue;  // it could not be typed
    lines += candidate.word;
    if (!candidate.help.empty()) lines += "\t" + escaped(candidate.help);
    lines += "\n";
  }
  return lines;
}

// A session that the unfinished words describe, which says nothing and starts nothing.
std::vector<Candidate> look_up(const Command& root, const CompletionRequest& request, Settings settings, Values source,
                               const std::string& prefix) {
  fill_from_surroundings(global_options(settings), request.given, settings, Contexts::read);
  settings.quiet = true;
  settings.log_file.clear();
  Session session(root, settings, {}, request.given);
  session.start_nothing();
  return read_live_values(session, request, source, prefix);
}

}  // namespace

int complete(const Command& root, const std::vector<std::string>& words) {
  end_process_after(longest_wait);
  try {
    Settings settings;
    const CompletionRequest request = read_completion(root, settings, words);
    const auto live = [&](Values source, const std::string& prefix) {
      return look_up(root, request, settings, source, prefix);
    };
    write_text(to_lines(find_candidates(root, request, live)));
    flush_output();
  } catch (const Error&) {
    // Somebody is typing: what is wrong will be said when the command is run.
  }
  return 0;
}

}  // namespace acctl
