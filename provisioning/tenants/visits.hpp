// Lets staff into a tenant's database for a while, by a database role that each visit has of its own, and ends it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "provisioning/base/secret.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct Visit {
  std::int64_t id = 0;
  std::string role;  // of the database
  bool writes = false;
  std::string actor;
  std::string reason;
  std::string run;     // that opened it
  std::string tenant;  // slug
  std::string opened_at;
  std::string until;  // RFC 3339, UTC
  std::string tenant_id;
  std::string server;  // by name
};

struct VisitRequest {
  bool writes = false;  // what the tenant's application may write; else it can read what that can read
  std::chrono::milliseconds time{};
  int announced = 0;  // to how many of the tenant's administrators
};

struct OpenedVisit {
  Visit visit;
  Secret password;  // good until the visit ends, and known to nobody else
};

// Throws Error(conflict) for a tenant that has no database in use.
void require_visitable(const Tenant& tenant);

// Records the visit, with the reason of the actor, and makes its role. `database` has passed the door. What is not
// opened wholly is ended.
OpenedVisit open_visit(Platform& platform, const Tenant& tenant, const TenantSession& database,
                       const VisitRequest& request);

enum class VisitEnd { closed, expired, disconnected, abandoned };
std::string_view to_string(VisitEnd end);

// Ends its sessions, drops its role and records that. False if it was ended already.
bool end_visit(Platform& platform, const Visit& visit, VisitEnd end);

// Those that nobody has ended: of these tenants, of all if none are given; only those whose time is over, or all.
std::vector<Visit> open_visits(Platform& platform, const std::vector<Tenant>& tenants);
std::vector<Visit> expired_visits(Platform& platform);

// Ends those of a tenant whose database is about to go out of reach.
void end_visits(Platform& platform, const Tenant& tenant);

}  // namespace acctl
