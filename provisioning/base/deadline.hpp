// Ends the process at a deadline.
#pragma once

#include <chrono>

namespace acctl {

// For what must answer in time or not at all: when `time` has passed the process ends with status 0, wherever it is,
// and nothing that it holds is handed back. What could hang (the name of a host that is looked up, a server that falls
// silent) is not asked whether it wants to end.
void end_process_after(std::chrono::milliseconds time);

}  // namespace acctl
