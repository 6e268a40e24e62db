#include "provisioning/tenants/tenant_use.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/base/text.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/tenants/tenant_use.sql.hpp"

namespace acctl {

namespace {

using Limit = std::optional<std::int64_t>;

bool is_below(const Limit& after, const Limit& before) { return after && (!before || *after < *before); }

std::set<std::string> parse_features(const Entitlement& given) {
  std::set<std::string> on;
  const auto features = nlohmann::json::parse(given.features.empty() ? "{}" : given.features);
  for (const auto& [feature, value] : features.items()) {
    if (value == true) on.insert(feature);
  }
  return on;
}

// {"helpdesk": ["admin", …], …}
std::string list_seeded_roles() {
  nlohmann::json all;
  for (const std::string& pack : pack_names()) {
    all[pack] = nlohmann::json::array();
    const Definitions seeded = read_definitions({{.name = pack, .text = std::string(require_pack(pack).yaml)}});
    const auto roles = seeded.objects.find("roles");
    if (roles == seeded.objects.end()) continue;
    for (const auto& [key, role] : roles->second) all[pack].push_back(key);
  }
  return all.dump();
}

std::string describe_feature_loss(const std::string& feature, const TenantUse* use) {
  const auto with = [&](std::int64_t count, const std::string& what, const std::string& rest) {
    return count == 0 ? "loses the feature " + feature : counted(count, what) + rest;
  };
  if (use != nullptr && feature == "custom_roles")
    return with(use->custom_roles, "custom role",
                use->custom_roles == 1 ? " stays but cannot be changed" : " stay but cannot be changed");
  if (use != nullptr && feature == "sso")
    return with(use->sso_users, "user", " with single sign-on, which is no longer included") +
           (use->sso_enforced ? "; it stays enforced (setting sso.enforced) and cannot be enforced anew" : "");
  if (use != nullptr && feature == "crm")
    return with(use->crm_users, "user", " with CRM access, which is no longer included");
  return "loses the feature " + feature;
}

}  // namespace

std::string describe_bytes(std::int64_t bytes) {
  constexpr std::array<const char*, 4> units = {"KB", "MB", "GB", "TB"};
  if (bytes < 1024) return counted(bytes, "byte");
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  std::string number = text.data();
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return number + " " + units.at(unit);
}

TenantUse read_use(Connection& database) {
  static const std::string seeded_roles = list_seeded_roles();
  const Rows rows = database.query(sql::tenant_use, {seeded_roles});
  return rows.empty() ? TenantUse() : read_record<TenantUse>(rows.at(0));
}

bool takes_away(const Entitlement& before, const Entitlement& after) {
  return is_below(after.seats, before.seats) || is_below(after.projects, before.projects) ||
         is_below(after.storage_bytes, before.storage_bytes) ||
         !std::ranges::includes(parse_features(after), parse_features(before));
}

std::int64_t users_over(const Entitlement& given, const TenantUse& use) {
  return given.seats && use.seats > *given.seats ? use.seats - *given.seats : 0;
}

bool lacks_seats(const Entitlement& before, const Entitlement& after, const TenantUse& use) {
  return users_over(after, use) > 0 && is_below(after.seats, before.seats);
}

Error too_few_seats(const std::string& slug, const Entitlement& after, const TenantUse& use, const std::string& way) {
  const std::int64_t seats = after.seats.value_or(0);
  return {ErrorKind::refused,
          "tenant " + slug + " has " + std::to_string(use.seats) + " users, and would have " + std::to_string(seats) +
              (seats == 1 ? " seat" : " seats"),
          "Delete users first, or " + way + "; then nobody can be invited until the seats suffice."};
}

std::vector<std::string> describe_entitlement_change(const Entitlement& before, const Entitlement& after,
                                                     const TenantUse* use) {
  std::vector<std::string> all;
  const auto limit = [&](const std::string& what, const Limit& was, const Limit& is, const auto& to_words) {
    if (was == is) return;
    const auto words = [&](const Limit& value) { return value ? to_words(*value) : std::string("none"); };
    all.push_back("limit of " + what + ": " + words(was) + " -> " + words(is));
  };
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  limit("seats", before.seats, after.seats, number);
  limit("projects", before.projects, after.projects, number);
  limit("storage", before.storage_bytes, after.storage_bytes, describe_bytes);
  if (use != nullptr) {
    const std::int64_t users = users_over(after, *use);
    if (users > 0) all.push_back(counted(users, "user") + " over the limit; nobody can be invited");
    if (after.projects && use->projects > *after.projects)
      all.push_back(counted(use->projects - *after.projects, "project") + " over the limit; none can be added");
    if (after.storage_bytes && use->storage_bytes > *after.storage_bytes)
      all.push_back(describe_bytes(use->storage_bytes - *after.storage_bytes) + " of files over the limit");
  }
  const std::set<std::string> had = parse_features(before);
  const std::set<std::string> has = parse_features(after);
  for (const std::string& feature : has) {
    if (!had.contains(feature)) all.push_back("gains the feature " + feature);
  }
  for (const std::string& feature : had) {
    if (!has.contains(feature)) all.push_back(describe_feature_loss(feature, use));
  }
  return all;
}

}  // namespace acctl
