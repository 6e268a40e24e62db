// Restores what a tenant has left, as a tenant of another name.
#pragma once

#include <optional>
#include <string>

#include "provisioning/tenants/data_dump.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// What a tenant is restored from.
struct RestoreSource {
  std::string name;      // "export 12", "acme.yaml"
  std::string document;  // definitions
  std::string dump;      // path of the dump of its data; "" for the configuration alone
  std::string digest;    // of all that is restored: the same source is recognised by it
};

// How far a restore of `source` as `slug` is.
enum class RestoreProgress { none, begun, finished };

// Remembers that it begins, unless it is finished. With Mode::rehearse nothing is remembered. Throws Error(conflict) if
// there is a tenant of that slug that is none of this source.
RestoreProgress begin_restore(Platform& platform, const std::string& slug, const RestoreSource& source, Mode mode);

// Remembers that a clone of the tenant with the id `source` begins, if there is no tenant of that slug. Whether one has
// begun, now or in an earlier run, and is not finished. With Mode::rehearse nothing is remembered.
bool begin_clone(Platform& platform, const std::string& slug, const std::string& source, Mode mode);

// Remembers that `clone` has the configuration of `source`, with an entry in the audit trail.
void finish_clone(Platform& platform, const Tenant& clone, const Tenant& source);

// The tenant of this slug as the registry has it, though it is deleted: the one with this id, else the latest. Nothing
// if the registry has none.
std::optional<Tenant> find_original(Platform& platform, const std::string& slug, const std::string& id = {});

// What it had of its own beside plan, seats and labels. A deletion cancels the subscription: this is the one before, if
// the audit trail has it.
TenantTerms original_terms(Platform& platform, const Tenant& tenant);

// Throws Error(conflict) if the registry's administrator of this tenant is known to be no admin of it any more: nobody
// who left is invited back.
void require_administrator(Platform& platform, const Tenant& tenant);

struct RestoredPeople {
  std::string admin_email;
  std::string admin_name;
  bool keep_access = false;  // users stay what they were; else all but the administrator are suspended
};

// Replaces everything in the database of a suspended tenant by the dump, in one transaction, and brings it to the
// schema of this acctl. Sessions, keys, invitations and grants of an enterprise are not brought back; the administrator
// is invited unless active. Can be called again.
void restore_data(Platform& platform, const std::string& slug, const RestoreSource& source,
                  const RestoredPeople& people, Interrupted interrupted);

// Remembers that it is finished, with an entry in the audit trail.
void finish_restore(Platform& platform, const Tenant& tenant, const RestoreSource& source);

// Throws Error(conflict) if the dump has a schema that this acctl does not know.
void check_dump_schema(const std::string& dump, Interrupted interrupted);

}  // namespace acctl
