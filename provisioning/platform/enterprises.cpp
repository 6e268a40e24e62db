#include "provisioning/platform/enterprises.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/platform/audit.hpp"
#include "provisioning/platform/enterprises.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

void grant(Transaction& transaction, const Actor& actor, const std::string& key, const std::vector<std::string>& emails,
           const std::string& role) {
  transaction.query(sql::lock_enterprise, {key});
  const std::vector<std::string> fresh =
      transaction.query(sql::add_enterprise_grants, {key, text_array(emails), role, actor.name}).texts();
  transaction.query(sql::link_enterprise_grants_of_registry, {key, text_array(emails), role});
  if (fresh.empty()) return;
  record_done(transaction, actor, "enterprise.grant", {{"key", key}, {"role", role}, {"emails", fresh}});
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
  record_done(transaction, platform.actor(), "enterprise.create", {{"key", key}, {"name", name}});
  if (mode == Mode::perform) transaction.commit();
  return true;
}

std::vector<Enterprise> list_enterprises(Platform& platform) {
  return read_records<Enterprise>(platform.control().query(sql::enterprise_list, {std::nullopt}));
}

Enterprise require_enterprise(Platform& platform, const std::string& key) {
  std::vector<std::string> keys;
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    if (enterprise.key == key) return enterprise;
    keys.push_back(enterprise.key);
  }
  throw Error(ErrorKind::invalid, "there is no enterprise '" + abbreviated(key) + "'" + did_you_mean(key, keys),
              "See 'acctl enterprise list'.");
}

std::string read_founder(Platform& platform, const std::string& key) {
  const Rows rows = platform.control().query(sql::enterprise_founder, {key});
  return rows.empty() ? "" : std::string(rows.text(0, 0));
}

std::vector<EnterpriseGrant> enterprise_grants(Platform& platform, const std::string& key) {
  return read_records<EnterpriseGrant>(platform.control().query(sql::enterprise_grants, {key}));
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
      transaction.query(sql::remove_enterprise_grants, {key, text_array(emails), role}).texts();
  if (gone.empty()) return;
  record_done(transaction, platform.actor(), "enterprise.revoke", {{"key", key}, {"role", role}, {"emails", gone}});
  transaction.commit();
}

std::vector<EnterprisePerson> move_enterprise_people(Platform& platform, const std::string& key,
                                                     const std::vector<EnterprisePerson>& people) {
  TextArray ids;
  TextArray emails;
  for (const EnterprisePerson& one : people) {
    ids.add(one.person);
    emails.add(one.email);
  }
  Transaction transaction(platform.control());
  transaction.query(sql::lock_enterprise, {key});
  transaction.query(sql::unsettle_enterprise_people, {key, ids, emails});
  const Rows rows = transaction.query(sql::settle_enterprise_people, {key, ids, emails});
  std::map<std::string, std::string> moved;  // a person has a row for each role
  for (const Row row : rows) moved[row.text(0)] = row.view(1);
  if (moved.empty()) return {};
  std::vector<EnterprisePerson> all;
  std::vector<std::string> addresses;
  for (const auto& [person, email] : moved) {
    all.push_back({person, email});
    addresses.push_back(email);
  }
  record_done(transaction, platform.actor(), "enterprise.move", {{"key", key}, {"emails", addresses}});
  transaction.commit();
  return all;
}

std::vector<EnterpriseGrant> end_enterprise_people(Platform& platform, const std::string& key,
                                                   const std::vector<std::string>& people) {
  Transaction transaction(platform.control());
  const Rows rows = transaction.query(sql::end_enterprise_people, {key, text_array(people)});
  std::vector<EnterpriseGrant> ended;
  Json grants = Json::array();
  for (const Row row : rows) {
    ended.push_back({.email = row.text(0), .role = row.text(1)});
    grants.push_back(ended.back().email + " " + ended.back().role);
  }
  if (ended.empty()) return {};
  record_done(transaction, platform.actor(), "enterprise.end", {{"key", key}, {"grants", grants}});
  transaction.commit();
  return ended;
}

std::vector<GrantInEnterprise> read_enterprise_grants(Platform& platform, const std::vector<std::string>& emails) {
  std::vector<GrantInEnterprise> all;
  for (const Row row : platform.control().query(sql::enterprise_grants_of, {text_array(emails)})) {
    all.push_back({row.text(0), {.email = row.text(1), .role = row.text(2), .person = row.text(3)}});
  }
  return all;
}

void record_offboarding(Platform& platform, const std::string& email, const std::string& heir, std::size_t tenants) {
  Transaction transaction(platform.control());
  record_done(transaction, platform.actor(), "user.offboard",
              {{"email", email}, {"reassigned_to", heir.empty() ? Json() : Json(heir)}, {"tenants", tenants}});
  transaction.commit();
}

void found_enterprise(Platform& platform, const std::string& key, const std::string& email, const std::string& role) {
  Transaction transaction(platform.control());
  if (transaction.query(sql::found_enterprise, {key, email}).affected() == 0) return;
  record_done(transaction, platform.actor(), "enterprise.found", {{"key", key}, {"founder", email}});
  if (!role.empty()) grant(transaction, platform.actor(), key, {email}, role);
  transaction.commit();
}

bool stands_alone(Platform& platform, const std::optional<std::string>& enterprise) {
  return !enterprise || platform.control().query(sql::enterprise_size, {*enterprise}).integer(0, 0) < 2;
}

}  // namespace acctl
