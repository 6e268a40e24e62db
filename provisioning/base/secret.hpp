// Holds a value that must not be shown: it cannot be printed, compared or copied by accident, and is wiped at its end.
#pragma once

#include <string>
#include <utility>

namespace acctl {

class Secret {
 public:
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(Secret&&) = delete;
  ~Secret() { wipe(); }

  // Only for what has to have it: a hash, a mail, the one time that it is shown.
  const std::string& reveal() const { return value_; }

 private:
  void wipe() {
    for (volatile char* at = value_.data(); at != value_.data() + value_.size(); ++at) *at = 0;
  }

  std::string value_;
};

}  // namespace acctl
