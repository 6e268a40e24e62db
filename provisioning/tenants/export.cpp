#include "provisioning/tenants/export.hpp"

#include "provisioning/database/read.hpp"
#include "provisioning/definitions/render.hpp"
#include "queries.hpp"

namespace acctl {

std::string export_tenant(Connection& database) { return render_document(read_state(database, {.people = false})); }

std::string export_of(const Platform& platform, const Tenant& tenant) {
  return export_tenant(*platform.tenant(tenant.server_dsn, tenant.database));
}

void keep_export(Transaction& transaction, const Tenant& tenant, const std::string& document) {
  transaction.query(sql::keep_export, {tenant.id, tenant.schema_version, document});
}

}  // namespace acctl
