// Catches SIGINT and SIGTERM, and waits that end at them.
#pragma once

namespace acctl {

// Catches SIGINT and SIGTERM and gives every other signal the disposition that the program relies on. Once, at the
// start of the program.
void catch_interrupts();

// The signal that asked the program to stop (SIGINT, SIGTERM), 0 while none has.
int interrupt_signal();

// Readable once a signal was caught, and from then on: for waits of one's own. -1, which poll() passes over, where none
// is caught.
int interrupt_descriptor();

// Returns when `descriptor` can be read or written, or is at its end. Throws Error(interrupted) when the program is
// asked to stop, also when that happened before the call.
enum class Direction { read, write };
void wait_for(int descriptor, Direction direction);

}  // namespace acctl
