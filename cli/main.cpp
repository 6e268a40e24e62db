#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "provisioning/base/interrupt.hpp"

namespace {

// A standard stream that the caller has closed would lend its number to the next file or socket, which would then
// receive what is printed. Opened the wrong way round, so that reading or writing still fails.
void occupy_standard_streams() {
  if (fcntl(STDIN_FILENO, F_GETFD) < 0) open("/dev/null", O_WRONLY);
  if (fcntl(STDOUT_FILENO, F_GETFD) < 0) open("/dev/null", O_RDONLY);
  if (fcntl(STDERR_FILENO, F_GETFD) < 0) open("/dev/null", O_RDONLY);
}

// What one thread has freed is used again by the others: a large tenant is read by one and worked on by another, and
// with a heap for each thread it would need its memory twice. What is large is mapped by itself and goes back at once:
// the C library raises that limit to 32 MiB, and a statement of a hundred thousand people leaves a hole in the heap.
void limit_heap() {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  limit_heap();
  occupy_standard_streams();
  acctl::catch_interrupts();
  const int status = acctl::run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
#ifdef __SANITIZE_ADDRESS__
  return status;  // leaks are looked for in an exit handler
#else
  // Nothing is left to do, and the exit handlers of the libraries that libpq brings cost a millisecond.
  std::fflush(nullptr);
  _exit(status);
#endif
}
