// The open tickets and items of users who are deactivated: named, and handed to somebody else.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/user/offboard_report.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

class LeftWork {
 public:
  // `heir` is "" if work stays where it is. Throws Error(invalid) if the heir is one of the leavers.
  LeftWork(Session& session, std::vector<std::string> leavers, std::string heir);

  // Looks at one tenant, and lets `edit` hand its work over where the heir is active. Called by several threads.
  void look(Edit& edit, const Tenant& tenant, TenantSession& database);

  // Names the work, at the terminal and in the report of `fleet`. Throws Error(invalid) if no tenant has the heir, or
  // if the only one has them as a user who is not active.
  void report(FleetPlan& fleet);

 private:
  struct Found {
    std::vector<Remains> users;  // with open work
    Successor successor;
  };

  Session& session_;
  const std::vector<std::string> leavers_;
  const std::string heir_;
  NamedPeople heirs_;
  std::mutex mutex_;
  std::map<std::string, Found> found_;  // by tenant
};

}  // namespace acctl
