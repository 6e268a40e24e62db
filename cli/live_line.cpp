#include "cli/live_line.hpp"

#include <algorithm>
#include <utility>

namespace acctl {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds undrawn{1'000};
constexpr milliseconds unsaid{2'000};
constexpr milliseconds said_at_most_each{1'000};
constexpr milliseconds said_at_least_each{30'000};
constexpr milliseconds repeated_after{10'000};

milliseconds between(LiveLine::Clock::time_point from, LiveLine::Clock::time_point to) {
  return std::chrono::duration_cast<milliseconds>(to - from);
}

}  // namespace

void LiveLine::begin(const Step& step, Clock::time_point now) {
  steps_.push_back(&step);
  if (std::exchange(quiet_, false)) waited_since_ = now;
}

void LiveLine::end(const Step& step) { std::erase(steps_, &step); }

// What is new, the more seldom the longer a run lasts; what is not new as a sign of life.
bool LiveLine::may_stay(const Progress& progress, Clock::time_point now) {
  Progress timeless = progress;
  timeless.elapsed = {};
  std::string words = progress_words(timeless);
  const milliseconds interval = std::clamp(between(run_started_, now) / 10, said_at_most_each, said_at_least_each);
  const milliseconds since = between(said_at_, now);
  if (progress.elapsed < unsaid || since < (words == said_ ? std::max(interval, repeated_after) : interval)) {
    return false;
  }
  said_at_ = now;
  said_ = std::move(words);
  return true;
}

std::optional<std::string> LiveLine::due(Clock::time_point now, std::size_t columns) {
  if (quiet_ || steps_.empty() || between(waited_since_, now) < undrawn) return {};
  // Many things are counted as they are finished, whatever is done with one of them.
  const auto many = std::ranges::find_if(steps_, [](const Step* step) { return step->all() > 1; });
  const Step& step = many == steps_.end() ? *steps_.back() : **many;
  const Progress progress{.done = step.done(),
                          .all = step.all(),
                          .what = step.counted(),
                          .elapsed = between(step.since(), now),
                          .doing = step.doing()};
  if (in_place_) return progress_bar(progress, columns);
  return may_stay(progress, now) ? std::optional(progress_words(progress)) : std::nullopt;
}

}  // namespace acctl
