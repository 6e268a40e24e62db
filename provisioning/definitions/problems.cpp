#include "provisioning/definitions/problems.hpp"

#include <algorithm>
#include <tuple>

namespace acctl {

namespace {

constexpr std::size_t most_shown = 100;  // nobody reads more
constexpr std::size_t most_kept =
    100'000;  // a hostile file has millions, and which are the first is known at the end only

auto order(const Diagnostic& problem) { return std::tie(problem.file, problem.line, problem.column, problem.message); }

}  // namespace

void Problems::add(const Place& place, const std::string& message) {
  if (!silent_.empty() && silent_.contains({place.file, place.line, place.column})) return;
  ++count_;
  if (found_.size() == most_kept) {
    std::ranges::nth_element(found_, found_.begin() + most_shown, {}, order);
    found_.resize(most_shown);
  }
  found_.push_back({place.file, place.line, place.column, message});
}

void Problems::add_last(const Place& place, const std::string& message) {
  add(place, message);
  silent_.insert({place.file, place.line, place.column});
}

void Problems::add(const Error& error) {
  for (const Diagnostic& problem : error.diagnostics()) {
    add({problem.file, problem.line, problem.column}, problem.message);
  }
}

void Problems::finish(const std::vector<std::string>& files) {
  if (found_.empty()) return;
  std::ranges::sort(found_, {}, order);
  if (count_ > most_shown) {
    found_.resize(most_shown);
    const std::size_t more = count_ - most_shown;
    found_.push_back({found_.back().file, 0, 0,
                      std::to_string(more) + (more == 1 ? " more problem" : " more problems") + ", not shown"});
  }
  const std::string what = files.size() == 1 ? files.front() + " has " : "the definitions have ";
  throw Error(ErrorKind::invalid, what + (count_ == 1 ? "a problem" : std::to_string(count_) + " problems"), "",
              std::move(found_));
}

}  // namespace acctl
