// Large runs are written and recorded in parts.
#pragma once

#include <cstddef>

namespace acctl {

// What one statement takes: its time stays within that of a statement, and its rows, as JSON or arrays, within a few
// megabytes.
constexpr std::ptrdiff_t statement_rows = 10'000;

// Calls work(first, last) for what stands from `first` to `end`, as much at a time as a statement takes.
template <class Place, class Work>
void in_parts(Place first, Place end, const Work& work) {
  while (first != end) {
    const Place last = end - first > statement_rows ? first + statement_rows : end;
    work(first, last);
    first = last;
  }
}

}  // namespace acctl
