// Runs programs that need more of an environment than every program gets, or a terminal: the clients of PostgreSQL.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/base/process.hpp"

namespace acctl {

struct ClientProgram {
  Program program;
  std::vector<std::string> environment;  // "NAME=value", besides PATH, locale and time zone
};

// The output of one that ended well. Throws as run_to_end(Program) does.
std::string run_client(const ClientProgram& client, const std::string& input, const Patience& patience);

// How a program at our terminal ended.
struct Attached {
  int status = 0;        // as waitpid() has it
  bool stopped = false;  // `stop` said yes, and it was told to end
};

// Runs the program with our standard input, output and error until it ends. `stop` is asked every few milliseconds; if
// it says yes, the program gets SIGTERM, and SIGKILL when it is still there two seconds later. Ctrl-C and the end of
// the terminal are the program's alone meanwhile. It gets SIGTERM when this thread ends. Throws Error(failed) if it
// cannot be started.
Attached run_attached(const ClientProgram& client, const std::function<bool()>& stop);

}  // namespace acctl
