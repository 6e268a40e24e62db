// Messages of edits for the person who runs them, besides their plans.
#pragma once

#include <mutex>
#include <set>
#include <string>

namespace acctl {

// Each sentence once, however often an edit is asked and by however many threads.
class Notes {
 public:
  void add(const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    sentences_.insert(sentence);
  }
  std::set<std::string> all() {
    const std::lock_guard lock(mutex_);
    return sentences_;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> sentences_;
};

}  // namespace acctl
