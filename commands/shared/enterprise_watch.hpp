// What a plan for tenants means to the enterprises that they are in, whatever command made it: the last enterprise
// admin stays, grants follow a change of address, and end for people who are suspended or deleted everywhere.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

class EnterpriseWatch {
 public:
  EnterpriseWatch(Session& session, FleetPlan& fleet, std::string command)
      : session_(session), fleet_(fleet), command_(std::move(command)) {}

  // Before a person is asked, with what else is taken of enterprises beside the plan. Throws Error(refused) where one
  // would be left without an admin.
  void planned(const EnterpriseLosses& beside);

  // Before anything is written, throws the same for what other runs have taken since; none takes admins of these
  // enterprises from now on.
  void hold();

  // Once it is carried out.
  void settle();

 private:
  struct Concern {
    EnterpriseLoss loss;
    std::vector<std::string> moved_in;  // tenants where addresses changed
    EnterpriseStanding standing;
  };
  std::map<std::string, Concern> concerns() const;

  Session& session_;
  FleetPlan& fleet_;
  std::string command_;
  std::map<std::string, Concern> before_;  // by enterprise
  std::unique_ptr<Platform> platform_;     // null as long as no enterprise is concerned
  std::optional<EnterpriseHold> held_;
};

}  // namespace acctl
