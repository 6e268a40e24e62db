// Registry files: tenants as a file has them, compared with what there is (create -f, apply, plan, drift).
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/tenant/registry_edit.hpp"
#include "provisioning/fleet/registry_edits.hpp"
#include "provisioning/tenants/request_file.hpp"

namespace acctl {

struct RegistryFileOptions {
  std::string file;
  std::string format;
  std::vector<std::string> ignored_columns;
};
// --file, --format, --ignore-columns
std::vector<Option> registry_file_options(RegistryFileOptions& target);

// "standard input" for -.
std::string file_name(const RegistryFileOptions& options);

// Throws Error(invalid) with all problems and their places.
RegistryFile read_registry(const RegistryFileOptions& options);

// A tenant of the file that is left as it is.
struct SkippedTenant {
  std::string slug;
  std::string reason;  // "it is being deleted, and held until 2027-01-31T18:00:00Z"
};

// What a file asks for, by what there is.
struct FileRequests {
  std::vector<RegistryRequest> edits;         // of tenants that are provisioned
  std::vector<const RegistryRow*> fresh;      // of those that are not, or not completely
  std::vector<TenantFailure> conflicts = {};  // what cannot be changed: pack, server, region, enterprise
  std::vector<SkippedTenant> skipped = {};    // that are being deleted, by slug
};

// `declares`: the file's manager declares the tenants from now on; those that are being deleted are then skipped, and
// else they are conflicts. Throws Error(invalid) for plans, features, servers,
// regions and enterprises that are not there, and for new tenants without an administrator: for all of them, each with
// its place. `registry` outlives the answer.
FileRequests compare_file(Platform& platform, const RegistryFile& registry, const std::string& file, bool declares);

// In the order in which create_tenants() makes them, for those who foresee what comes of it.
void put_founding_first(Platform& platform, std::vector<const RegistryRow*>& rows);

// Settings that a tenant cannot be created with, for those of `rows` that now exist; failures are added to `failures`.
// Says of their custom domains that they are reserved.
void complete_fresh(Session& session, Platform& platform, const std::vector<const RegistryRow*>& rows,
                    const std::optional<std::string>& manager, std::vector<TenantFailure>& failures);

}  // namespace acctl
