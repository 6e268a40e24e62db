// What a plan for tenants means to the enterprises that they are in, whatever command made it: the last enterprise
// admin stays, grants follow a change of address, and end for people who are suspended or deleted everywhere.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

class EnterpriseWatch {
 public:
  EnterpriseWatch(Session& session, FleetPlan& fleet, std::string command)
      : session_(session), fleet_(fleet), command_(std::move(command)) {}

  // Before a person is asked. Throws Error(refused) where an enterprise would be left without an admin; names whose
  // grants will end.
  void planned();

  // Once it is carried out.
  void settle();

 private:
  struct Concern {
    std::vector<Departure> departures;
    std::vector<std::string> moved_in;  // tenants where addresses changed
    std::set<std::string> narrowed;     // roles that cease to give everything in one of the tenants
    EnterpriseStanding standing;
  };
  std::map<std::string, Concern> concerns() const;

  Session& session_;
  FleetPlan& fleet_;
  std::string command_;
  std::map<std::string, Concern> before_;  // by enterprise
};

}  // namespace acctl
