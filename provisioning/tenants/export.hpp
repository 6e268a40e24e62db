// Exports a tenant's configuration as a definitions document, and imports such a document.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "provisioning/plan/executor.hpp"
#include "provisioning/tenants/data_dump.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct ExportScope {
  bool users = false;          // users, what is assigned to them, and the members of teams
  std::set<std::string> only;  // kinds; empty: all
  bool identity = false;       // the settings that name the tenant itself: brand name, host name, support address
  // Only what this manager owns, as a file of that manager: its users with it, and what names the tenant. "" for all.
  std::string manager = {};
  // A comment that is put first, and that the end mark covers; "# …\n".
  std::string comment = {};
};

// Sorted, so that equal configurations give equal bytes, and ended by a mark (definitions/end_mark.hpp). Kinds without
// objects are shown as empty: what a document does not speak of is left alone by import. The file of a manager is for
// apply: it has neither. Throws Error(invalid) for a manager that owns nothing.
std::string export_tenant(Connection& database, const ExportScope& scope = {});

// The same for a tenant of the registry.
std::string export_tenant(const Platform& platform, const Tenant& tenant, const ExportScope& scope = {});

// An export with its tenant's identity, as export_tenant() writes it, as it would be without: settings that name the
// tenant, identity providers, and sso.enforced if it binds users to them. Its end mark is made anew.
std::string without_identity(const std::string& document);

// Keeps an export with the tenant's registry row, and where the dump of its data is, in the caller's transaction.
void keep_export(Transaction& transaction, const Tenant& tenant, const std::string& document,
                 const std::optional<DataDump>& data);

// The edit that makes a tenant what `definitions` say, which outlive it. The settings that name the tenant itself stay
// what they are unless the definitions set them.
Edit make_import(const Definitions& definitions);

}  // namespace acctl
