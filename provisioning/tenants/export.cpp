#include "provisioning/tenants/export.hpp"

#include <algorithm>

#include "provisioning/base/embedded.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/tenants/export.sql.hpp"

namespace acctl {

namespace {

// What provisioning sets from the tenant's own names (sql::seed_settings).
constexpr std::string_view own_settings[] = {"branding.name", "portal.hostname", "support.address"};

}  // namespace

std::string export_tenant(Connection& database, const ExportScope& scope) {
  Scope reading;
  RenderOptions header{.schema = static_cast<std::int64_t>(tenant_migrations().size()), .manager = {}, .kinds = {}};
  for (const Kind& kind : kinds()) {
    const bool wanted = scope.only.empty() || scope.only.contains(std::string(kind.name));
    if (!wanted || kind.internal || (kind.name == "users" && !scope.users)) continue;
    header.kinds.emplace(kind.name);
    if (kind.name != "users") reading.kinds.emplace(kind.name);
  }
  reading.everybody = header.kinds.contains("users");
  State state = read_state(database, reading);
  // The scope of people is wider than a choice of kinds.
  std::erase_if(state, [&](const auto& entry) {
    const EdgeKind* edge = find_edge_kind(entry.first);
    const std::string kind(edge == nullptr ? entry.first : edge->owner->name);
    return !header.kinds.contains(kind) && (kind != "protections" || !scope.only.empty());
  });
  return render_document(state, header);
}

std::string export_of(const Platform& platform, const Tenant& tenant, const ExportScope& scope) {
  return export_tenant(enter(platform, tenant), scope);
}

void keep_export(Transaction& transaction, const Tenant& tenant, const std::string& document) {
  transaction.query(sql::keep_export, {tenant.id, tenant.schema_version, document});
}

Edit import_of(const Definitions& definitions) {
  Edit edit{.scope = configuration_scope(), .desired = {}, .guards = {}};
  edit.scope.everybody = definitions.objects.contains("users");
  edit.scope.all_members = true;
  edit.desired = [&definitions](const State& current) { return replacement(current, definitions); };
  edit.tests = definitions.tests;
  return edit;
}

Edit clone_of(const Definitions& definitions) {
  Edit edit = import_of(definitions);
  edit.desired = [&definitions](const State& current) {
    Definitions others = definitions;
    auto& settings = others.objects["settings"];
    for (const std::string_view key : own_settings) {
      settings.erase(std::string(key));
      const auto all = current.find("settings");
      if (all == current.end()) continue;
      const auto own = all->second.find(std::string(key));
      if (own != all->second.end()) settings[own->first].fields["value"] = {own->second.fields.at("value"), {}};
    }
    return replacement(current, others);
  };
  return edit;
}

}  // namespace acctl
