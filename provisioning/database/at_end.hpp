// Ends at the end of a scope what was begun in a session: a membership, a lock.
#pragma once

#include <exception>
#include <functional>
#include <utility>

#include "provisioning/database/connection.hpp"

namespace acctl {

class AtEnd {
 public:
  // The session outlives it.
  AtEnd(Connection& session, std::function<void()> end) : session_(session), end_(std::move(end)) {}
  ~AtEnd() {
    if (!session_.usable()) return;
    try {
      end_();
    } catch (const std::exception&) {
      // A lock is lost with its session; what else is left, doctor names.
    }
  }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  Connection& session_;
  std::function<void()> end_;
};

}  // namespace acctl
