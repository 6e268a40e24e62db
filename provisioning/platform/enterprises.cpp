#include "provisioning/platform/enterprises.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/model/names.hpp"
#include "queries.hpp"

namespace acctl {

bool create_enterprise(Platform& platform, const std::string& key, const std::string& name, Mode mode) {
  check_key("the enterprise", key);
  check_display_name("the name", name);
  const Actor& actor = platform.actor();
  Transaction transaction(platform.control());
  const bool created = transaction.query(sql::create_enterprise, {key, name}).affected() > 0;
  if (!created) {
    const Rows existing = transaction.query(sql::enterprise_list, {key});
    if (existing.text(0, 1) == name) return false;
    throw Error(ErrorKind::conflict,
                "enterprise " + key + " exists with the name '" + std::string(existing.text(0, 1)) + "'");
  }
  transaction.query(sql::record_audit,
                    {actor.run, actor.name, actor.origin, actor.reason, "enterprise.create", "done", std::nullopt,
                     std::nullopt, std::nullopt, nlohmann::json{{"key", key}, {"name", name}}.dump()});
  if (mode == Mode::perform) transaction.commit();
  return true;
}

std::vector<Enterprise> list_enterprises(Platform& platform) {
  const Rows rows = platform.control().query(sql::enterprise_list, {std::nullopt});
  std::vector<Enterprise> all;
  for (int row = 0; row < rows.size(); ++row) {
    all.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)), rows.integer(row, 2)});
  }
  return all;
}

bool stands_alone(Platform& platform, const std::optional<std::string>& enterprise) {
  return !enterprise || platform.control().query(sql::enterprise_size, {*enterprise}).integer(0, 0) < 2;
}

}  // namespace acctl
