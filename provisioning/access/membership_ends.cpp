#include "provisioning/access/membership_ends.hpp"

#include "provisioning/access/membership_ends.sql.hpp"

namespace acctl {

std::map<std::string, std::string> membership_ends(Connection& tenant, const std::string& key) {
  const Rows rows = tenant.query(sql::membership_ends, {key});
  std::map<std::string, std::string> ends;
  for (int row = 0; row < rows.size(); ++row) ends.emplace(rows.text(row, 0), rows.text(row, 1));
  return ends;
}

}  // namespace acctl
