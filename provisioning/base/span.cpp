#include "provisioning/base/span.hpp"

#include <atomic>

#include "provisioning/base/events.hpp"

namespace acctl {

namespace {

std::atomic<std::size_t> next_lane = first_free_lane;
thread_local std::size_t current_lane = next_lane++;

}  // namespace

Span::Span(const char* category, std::string_view name) : category_(category) {
  if (!is_heard()) return;
  name_ = name;
  start_ = std::chrono::steady_clock::now();
}

Span::~Span() {
  if (name_.empty() || !is_heard()) return;
  tell({.text = {}, .fields = {{"span", category_}, {"name", name_}, {"ms", elapsed_ms(start_)}}, .since = start_});
}

std::size_t lane() { return current_lane; }
void work_in_lane(std::size_t worker) { current_lane = worker; }

}  // namespace acctl
