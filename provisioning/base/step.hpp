// Steps tell a person who waits what a long run is doing, and how far it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>

namespace acctl {

// What the run does while it lives, such as "writing", 40000, "changes". Only the thread that made the listener
// (events.hpp) is followed: workers would talk over one another. Steps nest; for nobody they cost nothing.
class Step {
 public:
  // `all` is 0 if nobody knows how much there is to do, and `counted` is then not said. Seen by people, not escaped.
  explicit Step(std::string doing, std::size_t all = 0, std::string counted = "");
  ~Step();
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  // From any thread.
  void advance(std::size_t count = 1) { done_ += count; }

  const std::string& doing() const { return doing_; }
  const std::string& counted() const { return counted_; }
  std::size_t done() const { return done_; }
  std::size_t all() const { return all_; }
  std::chrono::steady_clock::time_point since() const { return since_; }

 private:
  const std::string doing_;
  const std::string counted_;
  const std::size_t all_;
  std::atomic<std::size_t> done_ = 0;
  const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  const bool told_;
};

}  // namespace acctl
