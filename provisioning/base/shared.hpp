// A value that its copies share until one of them is written to.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace acctl {

// Not set: a Value as it is by default, without memory of its own. One Shared is used by one thread at a time, as any
// value; its copies may be in other threads.
template <class Value>
class Shared {
 public:
  Shared() = default;
  explicit Shared(Value value) : value_(std::make_shared<Value>(std::move(value))) {}

  const Value& read() const {
    static const Value none;
    return value_ ? *value_ : none;
  }

  // To be changed. References that read() returned before may be to the value of the other copies from now on.
  Value& write() {
    if (!value_) {
      value_ = std::make_shared<Value>();
    } else if (value_.use_count() > 1) {
      value_ = std::make_shared<Value>(std::as_const(*value_));
    } else {
      // Another thread may just have let go of its copy, and has read it before.
      std::atomic_thread_fence(std::memory_order_acquire);
    }
    return *value_;
  }

  bool is_same(const Shared& other) const { return value_ == other.value_; }

 private:
  std::shared_ptr<Value> value_;
};

}  // namespace acctl
