// Faults put under a running acctl at a place that can be named and met again: its N-th message to the server.
//
// By default each sweep takes a sample of the places. The environment variable ACCTL_FAULTS asks for more or less:
//   ACCTL_FAULTS=all build/dev/tests/fault_tests       every place of every sweep
//   ACCTL_FAULTS=few build/dev/tests/fault_tests       a quarter of the sample, as CI does
//   ACCTL_FAULTS=17 build/dev/tests/fault_tests NAME   that one place
#pragma once

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "tests/support/platform.hpp"

namespace acctl::test {

// In the words of strace's --inject: {"sendto", "signal=SIGKILL", 3} kills before the third message leaves,
// {"recvfrom", "signal=SIGKILL", 3} when an answer has come and is not read.
struct Fault {
  std::string call;
  std::string effect;
  int when = 1;

  std::string text() const { return call + ":" + effect + ":when=" + std::to_string(when); }
};

struct FaultyRun {
  Result result;
  bool hit = false;  // false: the program ended before it came to the place
};

// Runs acctl with `words` under strace.
[[nodiscard]] FaultyRun run_with(const Fault& fault, const Acctl& acctl, const std::vector<std::string>& words);

// acctl that has stopped itself (SIGSTOP) after its N-th message, while the test does something to its server.
class StoppedRun {
 public:
  // Returns when it has stopped or ended.
  StoppedRun(int when, const Acctl& acctl, const std::vector<std::string>& words);
  ~StoppedRun();
  StoppedRun(const StoppedRun&) = delete;
  StoppedRun& operator=(const StoppedRun&) = delete;

  bool stopped() const { return pid_ != 0; }
  [[nodiscard]] FaultyRun go_on();  // to its end

 private:
  const TemporaryFolder folder_;
  const std::string trace_ = folder_.path() + "/trace";
  std::future<Result> result_;
  int pid_ = 0;
};

// Whether ACCTL_FAULTS asks for one place alone: that it is felt there is not to be demanded.
bool one_place_only();

// Calls attempt(N) for N = first, first + stride, … while it says that the fault struck; see ACCTL_FAULTS. The test
// fails when it never struck: what was not broken proves nothing.
void sweep(int first, int stride, const std::function<bool(int)>& attempt);

}  // namespace acctl::test
