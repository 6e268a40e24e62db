#include "provisioning/base/deadline.hpp"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

namespace acctl {

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

}  // namespace acctl
