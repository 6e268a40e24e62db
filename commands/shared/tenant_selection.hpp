// The tenants that a command is for, and the way into their databases.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/model/definitions.hpp"

namespace acctl {

Option exclude_option(std::vector<std::string>& target);

// The platform; what selected_tenants() asks of it, with the same `files`, is answered in the same round trip.
Platform open_for_tenants(Session& session, const std::optional<TenantSelection>& files = {});

// The same; and where one tenant is named, a session in the database that its slug is the name of, with what `edit`
// has to read there: both at the same time, for that costs as long as opening the platform. Whether it is that tenant's
// is for FleetPlan to find out. `edit` outlives the early session.
struct Opened {
  Platform platform;
  EarlySession early;
};
Opened open_for_edit(Session& session, const Edit& edit, const std::optional<TenantSelection>& files = {});

// The tenants of -t, --match and --all, less those of --exclude, and within what the files are for. Throws
// Error(invalid) where none are named, or one that is not there; Error(conflict) for a single one that is not active.
// `unnamed`: what a session means that names none. `reach`: access is taken away in suspended tenants, too.
enum class Unnamed { refused, all };
std::vector<Tenant> selected_tenants(Session& session, Platform& platform, const std::vector<std::string>& exclude,
                                     const std::optional<TenantSelection>& files = {},
                                     Unnamed unnamed = Unnamed::refused, Reach reach = Reach::active);

// Throws Error(invalid) unless there is one; `what` takes one tenant: "export", "--write".
void require_single(const std::vector<Tenant>& tenants, const std::string& what);

// Names on standard error the tenants among `tenants` that a command looks at although they are suspended, and those
// that it leaves out: what is missing in a list over many must not be missed.
void tell_left_out(Session& session, const std::vector<Tenant>& tenants, Reach reach);

// The first half of it, for a command whose report has the second.
void tell_suspended(Session& session, const std::vector<Tenant>& tenants, Reach reach);

// Calls visit(index, database, in_order) for each of `tenants` that is reached, `parallel` at a time; what it shows, it
// shows with `in_order`. What fails in one of several stops nothing and is for throw_failures() to tell. Reading needs
// no running application, so suspended tenants are reached.
using ReadTenant = std::function<void(std::size_t index, TenantSession& database, const InOrder& in_order)>;
FleetReport read_tenants(const Platform& platform, const std::vector<Tenant>& tenants, int parallel,
                         const ReadTenant& visit, Reach reach = Reach::suspended_too);

}  // namespace acctl
