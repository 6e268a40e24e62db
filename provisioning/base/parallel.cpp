#include "provisioning/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "provisioning/base/span.hpp"

namespace acctl {

namespace {

// Whose turn it is to show something. The item of the turn runs its steps without the lock: nobody else runs any.
class Turns {
 public:
  explicit Turns(std::size_t ahead) : ahead_(ahead) {}

  // Waits until `index` is near enough to the turn. All items before it have begun, so the turn comes closer.
  void begin(std::size_t index) {
    std::unique_lock lock(mutex_);
    const auto is_near = [&] { return index < turn_ + ahead_; };
    if (is_near()) return;
    const Span waiting("wait", "for the turn");
    moved_.wait(lock, is_near);
  }

  void add(std::size_t index, std::function<void()> step) {
    std::unique_lock lock(mutex_);
    std::vector<std::function<void()>>& kept = items_[index].steps;
    if (index != turn_ && kept.size() < most_kept) return kept.push_back(std::move(step));
    moved_.wait(lock, [&] { return index == turn_; });
    auto steps = std::exchange(kept, {});
    lock.unlock();
    for (const std::function<void()>& earlier : steps) earlier();
    step();
  }

  // Passes the turn on, past all items that are finished already. Throws what one of their steps throws.
  void finish(std::size_t index) {
    std::unique_lock lock(mutex_);
    items_[index].finished = true;
    if (index != turn_) return;  // whoever has the turn comes by
    std::exception_ptr failure;
    for (auto item = items_.find(turn_); item != items_.end() && item->second.finished; item = items_.find(turn_)) {
      const auto steps = std::exchange(item->second.steps, {});
      lock.unlock();
      try {
        for (const std::function<void()>& step : steps) step();
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
      lock.lock();
      items_.erase(turn_++);
      moved_.notify_all();
    }
    if (failure) std::rethrow_exception(failure);
  }

 private:
  static constexpr std::size_t most_kept = 8;

  struct Item {
    std::vector<std::function<void()>> steps;
    bool finished = false;
  };
  const std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::map<std::size_t, Item> items_;  // that have begun and whose turn has not passed
  std::size_t turn_ = 0;
};

}  // namespace

void for_each_index(std::size_t count, int workers, const std::function<void(std::size_t, std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto loop = [&](std::size_t worker) {
    if (worker > 0) work_in_lane(worker);
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i, worker);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t others = std::min(count, static_cast<std::size_t>(workers));
    for (std::size_t worker = 1; worker < others; ++worker) threads.emplace_back(loop, worker);
    loop(0);
  }
  if (failure) std::rethrow_exception(failure);
}

void for_each_index(Step& step, int workers, const std::function<void(std::size_t, std::size_t)>& work) {
  for_each_index(step.all(), workers, [&](std::size_t index, std::size_t worker) {
    work(index, worker);
    step.advance();
  });
}

void for_each_in_order(Step& items, int workers, const std::function<void(std::size_t, const InOrder&)>& work) {
  Turns turns(2 * static_cast<std::size_t>(std::max(workers, 1)));
  for_each_index(items, workers, [&](std::size_t index, std::size_t) {
    turns.begin(index);
    std::exception_ptr failure;
    try {
      work(index, [&](std::function<void()> step) { turns.add(index, std::move(step)); });
    } catch (...) {
      failure = std::current_exception();
    }
    turns.finish(index);  // also after a failure: others wait for their turn
    if (failure) std::rethrow_exception(failure);
  });
}

}  // namespace acctl
