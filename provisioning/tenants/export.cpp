#include "provisioning/tenants/export.hpp"

#include "provisioning/database/read.hpp"
#include "provisioning/definitions/render.hpp"
#include "queries.hpp"

namespace acctl {

std::string export_tenant(Connection& database) { return render_document(read_state(database, {.people = false})); }

void keep_export(Platform& platform, const Tenant& tenant) {
  const auto database = platform.tenant(tenant.server_dsn, tenant.database);
  platform.control().query(sql::keep_export, {tenant.id, tenant.schema_version, export_tenant(*database)});
}

}  // namespace acctl
