// A command on a tenant that is broken off in some way, judged by the oracle, run again and compared with a twin.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/faults/injection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

namespace acctl::test {

using Words = std::vector<std::string>;

inline const std::string killed = "signal=SIGKILL";

// A command on one tenant, and what comes before it.
struct Subject {
  std::function<void(const TestPlatform&, const std::string& slug)> prepare;
  std::function<Words(const std::string& slug)> words;
  // It changes the tenant wholly or not at all, and how it ends says which.
  bool atomic = false;
  int done_already = 0;  // how it ends where there is nothing left to do
};

extern const Subject warm_create;
extern const Subject cold_create;  // there is no template
extern const Subject retry;        // of a creation that was killed before it opened the database
extern const Subject suspend;
extern const Subject resume;
extern const Subject bring_back;  // resume of a tenant that is held for deletion
extern const Subject hold;        // delete, for 30 days
extern const Subject drop;        // delete at once
extern const Subject purge;       // of one whose hold is over

extern const Subject apply_file;
extern const Subject import_file;
extern const Subject undo_run;
extern const Subject invite_people;
extern const Subject suspend_user;

// Up to the copied database whose door is still closed.
void create_half(const TestPlatform& platform, const std::string& slug);

// A tenant with before.yaml.
void create_and_apply(const TestPlatform& platform, const std::string& slug);

void drop_templates(const Cluster& cluster);

void must_succeed(const TestPlatform& platform, const Words& words);

// The oracle's complaints, one a line; "" is what a test wants. See Experiment::in_flight.
std::string complaints(const TestPlatform& platform, const std::string& in_flight = "");

// One run of acctl with `words`, to which something happens.
using Mishap = std::function<FaultyRun(const TestPlatform&, const Words&)>;

Mishap mishap(const Fault& fault);

// While acctl is stopped after its N-th message, `act` does something; then acctl goes on.
Mishap meanwhile(int place, const std::function<void(const TestPlatform&)>& act);

// Ends acctl's sessions in databases like `pattern`, and returns when they are gone.
void end_sessions(const Cluster& cluster, const std::string& pattern = "%");

// One platform, one subject, a new tenant for each attempt.
class Experiments {
 public:
  explicit Experiments(const Subject& subject);

  // Prepares a tenant, lets the mishaps befall one run of the command each, then runs it undisturbed. True when the
  // first one struck. `allowed`: how a run may end that was struck. `more`: words for the struck runs.
  [[nodiscard]] bool attempt(const std::string& name, const std::vector<Mishap>& mishaps,
                             const std::vector<int>& allowed, const Words& more = {});

  // For subjects whose preparation is the fault: prepares a tenant, and the command must make it whole.
  void recover(const std::string& name) { CHECK_FALSE(attempt(name, {}, {})); }

  // Fails the test unless some run that was struck felt it, which is to say did not end with 0; and, where each attempt
  // has several mishaps, unless all of one attempt struck.
  void check_felt() const;

  TestPlatform platform;

 private:
  void remove(const std::string& slug);
  void check_atomic(const std::string& slug, int status) const;

  const Subject subject_;
  std::vector<std::string> before_;  // of an atomic subject
  std::vector<std::string> twin_;
  int count_ = 0;
  int felt_ = 0;             // struck runs that did not end with 0
  bool all_struck_ = false;  // all mishaps of an attempt
};

// Faults 1 to 3: the command is killed before any message leaves, and when any answer has come.
void kill_everywhere(const Subject& subject, int stride);

}  // namespace acctl::test
