// Holds several tenants at once, for a run that writes some of them together.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

// How long a transaction waits for what others have locked. What holds several tenants waits for a second at most: one
// that is busy must not keep the others waiting.
enum class LockWait { usual, brief };

// Holds each as TenantLock does. Of several tenants only those that no other run has: nobody is waited for.
class TenantLocks {
 public:
  TenantLocks(Platform& platform, const std::vector<std::string>& slugs);
  ~TenantLocks();
  TenantLocks(const TenantLocks&) = delete;
  TenantLocks& operator=(const TenantLocks&) = delete;

  bool holds(const std::string& slug) const { return slugs_.contains(slug); }

 private:
  Platform& platform_;
  std::set<std::string> slugs_;
  std::optional<TenantLock> single_;
};

}  // namespace acctl
