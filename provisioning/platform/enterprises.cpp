#include "provisioning/platform/enterprises.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/model/names.hpp"
#include "provisioning/model/suggest.hpp"
#include "provisioning/model/text.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

void audit(Transaction& transaction, const Actor& actor, const std::string& action, const Json& after) {
  transaction.query(sql::record_audit, {actor.run, actor.name, actor.origin, actor.reason, action, "done", std::nullopt,
                                        std::nullopt, std::nullopt, after.dump()});
}

std::string array_of(const std::vector<std::string>& words) {
  TextArray array;
  for (const std::string& word : words) array.add(word);
  return array.literal();
}

std::vector<std::string> addresses_in(const Rows& rows) {
  std::vector<std::string> all;
  for (int row = 0; row < rows.size(); ++row) all.emplace_back(rows.text(row, 0));
  return all;
}

void grant(Transaction& transaction, const Actor& actor, const std::string& key, const std::vector<std::string>& emails,
           const std::string& role) {
  const std::vector<std::string> fresh =
      addresses_in(transaction.query(sql::add_enterprise_grants, {key, array_of(emails), role, actor.name}));
  if (fresh.empty()) return;
  audit(transaction, actor, "enterprise.grant", {{"key", key}, {"role", role}, {"emails", fresh}});
}

}  // namespace

bool create_enterprise(Platform& platform, const std::string& key, const std::string& name, Mode mode) {
  check_key("the enterprise", key);
  check_display_name("the name", name);
  Transaction transaction(platform.control());
  const bool created = transaction.query(sql::create_enterprise, {key, name}).affected() > 0;
  if (!created) {
    const Rows existing = transaction.query(sql::enterprise_list, {key});
    if (existing.text(0, 1) == name) return false;
    throw Error(ErrorKind::conflict,
                "enterprise " + key + " exists with the name '" + std::string(existing.text(0, 1)) + "'");
  }
  audit(transaction, platform.actor(), "enterprise.create", {{"key", key}, {"name", name}});
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

Enterprise require_enterprise(Platform& platform, const std::string& key) {
  std::vector<std::string> keys;
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    if (enterprise.key == key) return enterprise;
    keys.push_back(enterprise.key);
  }
  throw Error(ErrorKind::invalid, "there is no enterprise '" + abbreviated(key) + "'" + did_you_mean(key, keys),
              "'acctl enterprise list' shows all of them.");
}

std::string founder_of(Platform& platform, const std::string& key) {
  const Rows rows = platform.control().query(sql::enterprise_founder, {key});
  return rows.empty() ? "" : std::string(rows.text(0, 0));
}

std::vector<EnterpriseGrant> enterprise_grants(Platform& platform, const std::string& key) {
  const Rows rows = platform.control().query(sql::enterprise_grants, {key});
  std::vector<EnterpriseGrant> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.email = text(0), .role = text(1), .granted_by = text(2), .granted_at = text(3)});
  }
  return all;
}

void add_enterprise_grants(Platform& platform, const std::string& key, const std::vector<std::string>& emails,
                           const std::string& role) {
  Transaction transaction(platform.control());
  grant(transaction, platform.actor(), key, emails, role);
  transaction.commit();
}

void remove_enterprise_grants(Platform& platform, const std::string& key, const std::vector<std::string>& emails,
                              const std::string& role) {
  Transaction transaction(platform.control());
  const std::vector<std::string> gone =
      addresses_in(transaction.query(sql::remove_enterprise_grants, {key, array_of(emails), role}));
  if (gone.empty()) return;
  audit(transaction, platform.actor(), "enterprise.revoke", {{"key", key}, {"role", role}, {"emails", gone}});
  transaction.commit();
}

void found_enterprise(Platform& platform, const std::string& key, const std::string& email, const std::string& role) {
  Transaction transaction(platform.control());
  if (transaction.query(sql::found_enterprise, {key, email}).affected() == 0) return;
  audit(transaction, platform.actor(), "enterprise.found", {{"key", key}, {"founder", email}});
  if (!role.empty()) grant(transaction, platform.actor(), key, {email}, role);
  transaction.commit();
}

bool stands_alone(Platform& platform, const std::optional<std::string>& enterprise) {
  return !enterprise || platform.control().query(sql::enterprise_size, {*enterprise}).integer(0, 0) < 2;
}

}  // namespace acctl
