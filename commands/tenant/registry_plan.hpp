// What a registry file asks for of all tenants that its manager declares: changes, tenants to be provisioned, and
// tenants that the file does not mention any more.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "commands/tenant/registry_file.hpp"
#include "provisioning/fleet/fleet.hpp"

namespace acctl {

class RegistryPlan {
 public:
  // Reads what there is; all arguments outlive it. `adopt`: tenants that another manager declares are taken over.
  RegistryPlan(Session& session, Platform& platform, const RegistryFile& registry, const std::string& file, bool adopt);

  RegistryEdits& edits() { return *edits_; }

  // Adds to the report of the edits what is beside them.
  void amend(FleetReport& report) const;

  // Provisions the new tenants, with what can only be set afterwards, and sends the first invitations.
  void provision();

  // Names on standard error the tenants that are left as they are: no longer declared, or being deleted.
  void tell_left_alone() const;

  // What the file no longer has is declared no more; for the end of a run.
  void release_undeclared();

 private:
  void check_fresh();

  Session& session_;
  Platform& platform_;
  const RegistryFile& registry_;
  const std::string& file_;
  FileRequests asked_;
  std::optional<RegistryEdits> edits_;
  std::vector<TenantFailure> failures_;              // conflicts, and of provisioning
  std::map<std::string, std::int64_t> invitations_;  // of the new tenants, by slug
  std::vector<std::string> undeclared_;
};

// The description of the file, for help.
extern const std::string_view registry_file_text;

}  // namespace acctl
