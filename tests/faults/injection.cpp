#include "tests/faults/injection.hpp"

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/catch.hpp"

namespace acctl::test {

namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Start with_fault(const Fault& fault, const Acctl& acctl, const std::vector<std::string>& words,
                 const std::string& trace) {
  return under_strace(acctl, {"-e", "trace=" + fault.call, "-e", "inject=" + fault.text()}, trace, words);
}

// Threads end before their process does.
int process_of(int thread) {
  const std::string status = text_of("/proc/" + std::to_string(thread) + "/status");
  const std::size_t at = status.find("Tgid:");
  return at == std::string::npos ? 0 : std::atoi(status.c_str() + at + 5);
}

}  // namespace

FaultyRun run_with(const Fault& fault, const Acctl& acctl, const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  const std::string trace = folder.path() + "/trace";
  FaultyRun run{.result = run_program(with_fault(fault, acctl, words, trace))};
  // What strace writes where it has changed the course of things. That a child of acctl has ended well is a signal,
  // too, and not the fault's.
  const std::string seen = text_of(trace);
  const std::string signal = fault.effect.substr(std::min(fault.effect.size(), fault.effect.find('=') + 1));
  run.hit = run.result.status == 137 || seen.find("INJECTED") != std::string::npos ||
            seen.find("--- " + signal + " ") != std::string::npos ||
            (signal == "SIGKILL" && seen.find("si_code=CLD_KILLED") != std::string::npos);
  return run;
}

StoppedRun::StoppedRun(int when, const Acctl& acctl, const std::vector<std::string>& words) {
  const Start start = with_fault({"sendto", "signal=SIGSTOP", when}, acctl, words, trace_);
  result_ = std::async(std::launch::async, [start] { return run_program(start); });
  const auto decided = [&] {
    // A line begins with the number of the thread.
    const std::string seen = text_of(trace_);
    const std::size_t stop = seen.find("--- stopped by SIGSTOP");
    if (stop != std::string::npos) pid_ = process_of(std::atoi(seen.c_str() + seen.rfind('\n', stop) + 1));
    return pid_ != 0 || result_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  if (!eventually(decided, std::chrono::seconds(30))) throw std::runtime_error("acctl neither stops nor ends");
}

StoppedRun::~StoppedRun() {
  if (pid_ != 0) kill(pid_, SIGCONT);
}

FaultyRun StoppedRun::go_on() {
  const bool hit = stopped();
  // strace counts the messages of each thread: another one may come to its N-th now, and stops everything again,
  // perhaps just after it was told to go on. Who runs does not mind being told once more.
  while (result_.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    if (hit) kill(pid_, SIGCONT);
  }
  pid_ = 0;
  return {.result = result_.get(), .hit = hit};
}

namespace {

std::string wanted_places() {
  const char* wanted = std::getenv("ACCTL_FAULTS");
  return wanted == nullptr ? "" : wanted;
}

// 0: not a single one.
int wanted_place() {
  const std::string which = wanted_places();
  int only = 0;
  std::from_chars(which.data(), which.data() + which.size(), only);
  return only;
}

}  // namespace

bool one_place_only() { return wanted_place() > 0; }

void sweep(int first, int stride, const std::function<bool(int)>& attempt) {
  if (one_place_only()) {
    // Another sweep of the same test may reach it.
    if (!attempt(wanted_place())) WARN("place " << wanted_place() << " is not reached");
    return;
  }
  if (wanted_places() == "all") first = stride = 1;
  if (wanted_places() == "few") stride *= 4;
  int struck = 0;
  for (int place = first; attempt(place); place += stride) ++struck;
  INFO("places " << first << ", " << first + stride << " …");
  CHECK(struck > 0);
}

}  // namespace acctl::test
