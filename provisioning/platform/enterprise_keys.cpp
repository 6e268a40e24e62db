#include "provisioning/platform/enterprise_keys.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/database/records.hpp"
#include "provisioning/platform/audit.hpp"
#include "provisioning/platform/enterprise_keys.sql.hpp"

namespace acctl {

std::vector<EnterpriseKey> enterprise_keys(Platform& platform, const std::string& enterprise) {
  return read_records<EnterpriseKey>(platform.control().query(sql::enterprise_keys, {enterprise}));
}

std::string add_enterprise_key(Platform& platform, const std::string& enterprise, const EnterpriseKey& key, Mode mode) {
  const Actor& actor = platform.actor();
  Transaction transaction(platform.control());
  const Rows made = transaction.query(sql::add_enterprise_key,
                                      {enterprise, key.name, key.prefix, key.hash, null_if_empty(key.role),
                                       null_if_empty(key.permissions), null_if_empty(key.expires_at), actor.name});
  if (made.empty()) {
    throw Error(ErrorKind::conflict, "enterprise " + enterprise + " has an API key '" + key.name + "'",
                "Its secret was shown once and is not stored. Choose another name, or revoke it first.");
  }
  record_done(transaction, actor, "api-key.create",
              {{"enterprise", enterprise}, {"name", key.name}, {"prefix", key.prefix}});
  if (mode == Mode::perform) transaction.commit();
  return std::string(made.text(0, 0));
}

bool end_enterprise_key(Platform& platform, const std::string& enterprise, const std::string& name, Mode mode) {
  Transaction transaction(platform.control());
  const Rows ended = transaction.query(sql::end_enterprise_key, {enterprise, name});
  if (ended.empty()) return false;
  record_done(transaction, platform.actor(), "api-key.revoke",
              {{"enterprise", enterprise}, {"name", name}, {"prefix", ended.text(0, 0)}});
  if (mode == Mode::perform) transaction.commit();
  return true;
}

}  // namespace acctl
