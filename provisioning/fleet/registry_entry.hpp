// What RegistryEdits keeps of each tenant; for its own sources alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioning/fleet/registry_edits.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

// One tenant: what is asked, what is there, and what comes of it.
struct RegistryEdits::Entry {
  RegistryRequest request;
  std::optional<RegisteredTenant> before;  // none: it was deleted meanwhile
  SettingsPatch patch;                     // what differs
  std::optional<Entitlement> after;        // where that changes
  std::vector<std::string> remarks;
  std::optional<Error> error;
  std::optional<TenantSession> database;  // while it is written
  std::unique_ptr<Transaction> inside;    // there
  bool lags = false;                      // the database has not what the registry has

  const std::string& slug() const { return request.tenant.slug; }
  bool changes() const { return !patch.empty() || is_taken_over(); }
  bool is_taken_over() const { return request.manager && before && before->manager != request.manager; }
  bool is_declared_anew() const { return request.manager && before && before->declared != request.declared; }
  // Its own database has to know.
  bool has_database() const { return is_reached(request.tenant, Reach::suspended_too); }
  bool shrinks() const { return after && acctl::takes_away(before->given, *after); }

  void begin(TenantSession session) {
    database = std::move(session);
    inside = std::make_unique<Transaction>(*database);
  }
  void leave() {
    inside.reset();
    database.reset();
  }
};

Error changed_meanwhile(const std::string& slug);

// By id; the tenants outlive it.
std::map<std::string, const RegisteredTenant*> index_tenants(const std::vector<RegisteredTenant>& tenants);

// `tenant` outlives it.
SettingsWrite to_write(const RegisteredTenant& tenant, const SettingsPatch& patch, const RegistryRequest& request);

}  // namespace acctl
