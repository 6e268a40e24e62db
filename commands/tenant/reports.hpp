// What the verbs of `tenant` print of a tenant.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/tenants/provision.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// Writes one tenant in the shape of `tenant list`.
void write_tenant(Session& session, const Tenant& tenant);

// The same with what only the tenant's database and the rest of its registry entry tell: `more` has "use", "features",
// "domains", "admin" and "manager".
void write_tenant(Session& session, const Tenant& tenant, const nlohmann::ordered_json& more);

// The same with `columns` of `more` behind.
void write_tenant(Session& session, const Tenant& tenant, const nlohmann::ordered_json& more,
                  const std::vector<Column>& columns);

// Says of each request with a custom domain that it is reserved, and how it is published. For tenants just created.
void tell_reserved_domains(Session& session, const std::vector<const TenantRequest*>& requests);

// Says how many invitations will be sent for the tenants that were provisioned, or would be in a dry run.
void tell_first_messages(Session& session, const std::vector<const ProvisionResult*>& results);

// The same for a tenant that was filled while nobody sent anything, of what is queued in it.
void tell_queued_messages(Session& session, const Platform& platform, const Tenant& tenant);

// The failure of what was to fill a tenant that is shut, which also says how to go on. `participle`: "restored".
Error stays_suspended(const Error& error, const std::string& slug, const std::string& participle);

// Sends the invitations of the tenants that were provisioned, and those that wait in unchanged ones since a run that
// was killed before it could send them.
void send_first_messages(Session& session, const Platform& platform,
                         const std::vector<const ProvisionResult*>& results);

// Reports the status of `tenant` after a change of its life cycle; `participle` says what a dry run would have done:
// "suspended".
void report_status(Session& session, const Tenant& tenant, bool changed, const std::string& participle);

// "tenant acme (Acme Inc., plan pro, 12 users)": more than the slug, because slugs look alike.
std::string describe_tenant(const Tenant& tenant);

// Shows each step of provisioning with -v.
StepListener show_steps(Session& session);

}  // namespace acctl
