// A value that its copies share until one of them is written to.
#pragma once

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace acctl {

// Not set: a Value as it is by default, without memory of its own. One Shared is used by one thread at a time, as any
// value; its copies may be in other threads. A pointer and a count: of a std::shared_ptr a tenant's millions of values
// take half as much again.
template <class Value>
class Shared {
 public:
  Shared() = default;
  explicit Shared(Value value) : held_(new Held(std::move(value))) {}
  Shared(const Shared& other) noexcept : held_(other.held_) {
    if (held_ != nullptr) held_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  Shared(Shared&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~Shared() {
    if (held_ != nullptr && held_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete held_;
  }

  const Value& read() const {
    static const Value none;
    return held_ == nullptr ? none : held_->value;
  }

  // To be changed. References that read() returned before may be to the value of the other copies from now on.
  Value& write() {
    if (held_ == nullptr) {
      *this = Shared(Value());
    } else if (held_->holders.load(std::memory_order_acquire) > 1) {
      *this = Shared(Value(std::as_const(held_->value)));
    }
    return held_->value;
  }

  bool is_same(const Shared& other) const { return held_ == other.held_; }

 private:
  struct Held {
    explicit Held(Value initial) : value(std::move(initial)) {}

    std::atomic<std::size_t> holders = 1;
    Value value;
  };

  Held* held_ = nullptr;
};

// A vector whose copies share its elements until one of them is changed: whatever can change them (also begin() and
// front() of what is not const) ends that.
template <class Element>
class SharedList {
 public:
  using All = std::vector<Element>;
  using value_type = Element;

  SharedList() = default;
  SharedList(All all) : all_(std::move(all)) {}  // NOLINT: a vector is what it is
  SharedList(std::initializer_list<Element> all) : all_(All(all)) {}

  const All& all() const { return all_.read(); }
  operator const All&() const { return all(); }  // NOLINT
  bool empty() const { return all().empty(); }
  std::size_t size() const { return all().size(); }
  auto begin() const { return all().begin(); }
  auto end() const { return all().end(); }
  const Element& front() const { return all().front(); }
  const Element& back() const { return all().back(); }
  const Element& operator[](std::size_t index) const { return all()[index]; }
  const Element& at(std::size_t index) const { return all().at(index); }  // throws std::out_of_range

  All& write() { return all_.write(); }
  auto begin() { return write().begin(); }
  auto end() { return write().end(); }
  Element& front() { return write().front(); }
  Element& back() { return write().back(); }
  Element& operator[](std::size_t index) { return write()[index]; }
  void push_back(Element element) { write().push_back(std::move(element)); }
  void clear() { all_ = {}; }

 private:
  Shared<All> all_;
};

}  // namespace acctl
