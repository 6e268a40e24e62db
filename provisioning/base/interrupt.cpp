#include "provisioning/base/interrupt.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

// Set by the handler, read by every worker thread.
std::atomic<int> caught_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

// Readable once a signal was caught. A flag alone is not enough: a signal between looking at it and a blocking call,
// or one that another thread takes, would leave the call waiting.
std::atomic<int> alarm = -1;

void on_interrupt(int number) {
  const int error = errno;
  caught_signal = number;
  const std::uint64_t one = 1;
  // It cannot block and need not succeed: a full counter wakes everybody just as well.
  [[maybe_unused]] const ssize_t written = write(alarm, &one, sizeof one);
  errno = error;
}

}  // namespace

void catch_interrupts() {
  alarm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  // A second signal of the kind ends the program at once: the first was not heeded soon enough.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A caller may have blocked what is caught here (job runners that wait for signals in one thread).
  sigset_t heeded;
  sigemptyset(&heeded);
  sigaddset(&heeded, SIGINT);
  sigaddset(&heeded, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &heeded, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // Perl, PHP and job runners ignore it, which a program inherits; then the kernel forgets how children ended, and
  // waitpid() fails for a sendmail that has taken the message.
  signal(SIGCHLD, SIG_DFL);
}

int interrupt_signal() { return caught_signal; }
int interrupt_descriptor() { return alarm; }

void wait_for(int descriptor, Direction direction) {
  const short event = direction == Direction::read ? POLLIN : POLLOUT;
  pollfd waits[2] = {{descriptor, event, 0}, {alarm, POLLIN, 0}};
  while (interrupt_signal() == 0) {
    const int ready = poll(waits, 2, -1);
    // What cannot be polled (a closed descriptor) is for read() and write() to tell.
    if (ready < 0 && errno != EINTR) return;
    if (ready > 0 && waits[0].revents != 0 && interrupt_signal() == 0) return;
  }
  throw Error(ErrorKind::interrupted, "interrupted");
}

}  // namespace acctl
