#include "provisioning/access/permission_holders.hpp"

#include "provisioning/access/permission_holders.sql.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/plan/effects.hpp"

namespace acctl {

namespace {

constexpr int fetched_at_once = 1000;  // rows, by more_holders

CatalogueEntry entry_in(const Rows& found, const Rows& keys) {
  return {.exists = !found.empty(), .has_levels = !found.empty() && found.boolean(0, 0), .others = keys.texts()};
}

void visit_rows(const Rows& rows, const std::function<void(const PermissionHolder&)>& visit) {
  for (const Row row : rows) visit(read_record<PermissionHolder>(row));
}

}  // namespace

CatalogueEntry find_permission(Connection& tenant, const AskedPermission& asked) {
  const std::vector<Rows> rows =
      tenant.batch({{sql::catalogue_entry, {asked.permission}}, {sql::catalogue_keys, {asked.permission}}});
  return entry_in(rows[0], rows[1]);
}

CatalogueEntry visit_holders(Connection& tenant, const AskedPermission& asked,
                             const std::function<void(const PermissionHolder& holder)>& visit) {
  const Statement holders{sql::permission_holders, {asked.permission, null_if_empty(asked.level)}};
  const std::vector<Rows> rows = tenant.batch({{sql::catalogue_entry, {asked.permission}},
                                               {sql::catalogue_keys, {asked.permission}},
                                               holders,
                                               {sql::more_holders, {}}});
  CatalogueEntry entry = entry_in(rows[0], rows[1]);
  if (rows[3].size() < fetched_at_once) {
    visit_rows(rows[3], visit);
    return entry;
  }
  // The cursor has ended with the transaction of the batch. Few tenants are so large that beginning anew is a loss.
  Transaction transaction(tenant);
  transaction.query(holders.sql.c_str(), holders.parameters);
  for (Rows more = transaction.query(sql::more_holders); !more.empty(); more = transaction.query(sql::more_holders)) {
    visit_rows(more, visit);
  }
  transaction.commit();
  return entry;
}

bool includes(const std::vector<std::string>& effective, const AskedPermission& asked) {
  for (const std::string& word : effective) {
    const std::size_t colon = word.find(':');
    if (word.compare(0, colon, asked.permission) != 0) continue;
    if (asked.level.empty()) return true;
    return colon != std::string::npos && level_rank(word.substr(colon + 1)) <= level_rank(asked.level);
  }
  return false;
}

}  // namespace acctl
