// Runs other programs, above all PostgreSQL's own: as the right account, in an environment of their own, never through
// a shell.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace acctl {

// Whom a server belongs to when acctl is run by root: PostgreSQL refuses to run as root.
struct Account {
  std::string name;
  uid_t uid;
  gid_t gid;
};

// The account `postgres` for root, nothing for anybody else, who is the owner in person. Throws Error(failed) if root
// has no such account.
std::optional<Account> server_account();

struct Program {
  std::vector<std::string> words;  // argv; the first is a path
  std::optional<Account> account;
  std::string folder;  // where it runs, absolute; the account must be able to enter all folders above
  int inherited = -1;  // a descriptor that it gets besides the standard three; -1: none
};

// A limit on a wait: the time, and a function that is called while waiting; if it returns true, the wait ends with
// Error(interrupted).
struct Patience {
  std::chrono::milliseconds time;
  const std::function<bool()>* interrupted = nullptr;
};

// Asks every few milliseconds until `condition` holds; false when the time is over.
bool wait_until(const std::function<bool()>& condition, const Patience& patience);

struct Ended {
  int status = 0;      // as waitpid() has it
  std::string output;  // standard output and standard error
};

// Runs the program with `input` as its standard input. It dies with this thread. Throws Error(failed) if it cannot be
// started, Error(locked) if it takes too long.
Ended run(const Program& program, const std::string& input, const Patience& patience);

// The same; what it wrote. Throws Error(failed) with its last words if it fails.
std::string run_to_end(const Program& program, const std::string& input, const Patience& patience);

// Starts a daemon that outlives us, all of its output being appended to `log`. Throws Error(failed).
pid_t start_daemon(const Program& program, const std::string& log);

// Starts a child that gets `death_signal` when this thread ends. The caller must wait for it.
pid_t start_child(const Program& program, const std::string& log, int death_signal);

}  // namespace acctl
