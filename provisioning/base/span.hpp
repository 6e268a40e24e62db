// Spans tell a trace how long something took, and which thread did it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace acctl {

// Tells how long something took, from its making to its end, if somebody listens for details (events.hpp) then: an
// event without words for people, with the fields "span", "name" and "ms". For nobody it costs nothing.
class Span {
 public:
  // `category`: "wait", "connect", "tenant"; it must outlive the span. `name` is seen by people and not escaped.
  Span(const char* category, std::string_view name);
  ~Span();
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

 private:
  const char* category_;
  std::string name_;  // "" if nobody listens
  std::chrono::steady_clock::time_point start_;
};

// Lanes from here on are of threads that are neither the main one nor workers.
constexpr std::size_t first_free_lane = 1'000;

// The lane of this thread in a trace: the number of the worker that it works as, 0 for the main thread, else a number
// that no other thread has.
std::size_t lane();
void work_in_lane(std::size_t worker);

}  // namespace acctl
