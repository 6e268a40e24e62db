#include "commands/access/enterprise_key.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "commands/access/api_key.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise_keys.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

Platform open_for_enterprise(Session& session, const std::string& enterprise) {
  if (!session.settings().as.empty()) {
    throw Error(ErrorKind::refused, "refused: keys of an enterprise are for staff and cannot be used with --as",
                "With --as, create a key of the organization.");
  }
  if (session.given("--tenant") || session.given("--match") || session.given("--all")) {
    throw Error(ErrorKind::invalid, "a key of an enterprise reaches all of its tenants",
                "Leave out the selection of tenants.");
  }
  Platform platform = open_platform(session);
  require_enterprise(platform, enterprise);
  return platform;
}

// Makes the keys in all tenants those of the registry. The names of tenants in which something changed, and failures.
FleetReport settle_everywhere(Session& session, Platform& platform, const std::string& enterprise,
                              const RunRecord& record, std::vector<std::string>& changed) {
  const std::vector<EnterpriseKey> keys = enterprise_keys(platform, enterprise);
  FleetReport report;
  for (const Tenant& tenant : list_reached_members(platform, enterprise)) {
    const auto failure = platform.catch_failure([&] {
      const SettledKeys settled = settle_keys_of_tenant(platform, tenant, keys, record, key_ending(session));
      if (!settled.made.empty() || !settled.ended.empty()) changed.push_back(tenant.slug);
      ++report.unchanged;
    });
    if (failure) report.failures.push_back({tenant.slug, *failure});
  }
  return report;
}

// Warns if no tenant that can be read has its role or permissions, which it may get later: a key of a misspelt role can
// do nothing.
void warn_of_unknown_grants(Session& session, Platform& platform, const NewApiKey& wanted) {
  std::optional<Error> unknown;
  for (const Tenant& tenant : list_reached_members(platform, wanted.owner.key)) {
    try {
      TenantSession database = enter(platform, tenant);
      require_grants(database, wanted);
      return;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      if (error.kind() == ErrorKind::refused) return;  // it reaches the enterprise, as its keys do
      if (error.kind() == ErrorKind::invalid && !unknown) unknown = error;
    }
  }
  if (unknown) session.terminal().warn(std::string("the key can do nothing in any tenant yet: ") + unknown->what());
}

}  // namespace

void create_enterprise_key(Session& session, const NewApiKey& wanted, const std::string& expires) {
  const std::string& enterprise = wanted.owner.key;
  const bool dry = session.settings().dry_run;
  Platform platform = open_for_enterprise(session, enterprise);
  warn_of_unknown_grants(session, platform, wanted);
  const RunRecord record = make_run_record(session, "api-key create", "", {});
  EnterpriseKey key{.name = wanted.name,
                    .prefix = make_key_prefix(),
                    .role = wanted.role,
                    .permissions = key_permissions_json(wanted.permissions)};
  const Secret secret = make_key_secret(key.prefix);
  key.hash = token_hash(secret.reveal());
  if (!expires.empty()) key.expires_at = parse_future_moment(platform.control(), "--expires", expires);
  add_enterprise_key(platform, enterprise, key, dry ? Mode::rehearse : Mode::perform);
  std::vector<std::string> reached;
  FleetReport report;
  if (!dry) report = settle_everywhere(session, platform, enterprise, record, reached);
  RecordWriter out = session.records(
      Shape::one, {"key", "owner", "enterprise", "name", "role", "permissions", "tenants", {"expires", "/expires_at"}});
  const nlohmann::ordered_json json = {
      {"key", dry ? nlohmann::ordered_json() : nlohmann::ordered_json(secret.reveal())},
      {"prefix", key.prefix},
      {"owner", "enterprise"},
      {"enterprise", enterprise},
      {"name", key.name},
      {"role", or_null(key.role)},
      {"permissions", key_permission_words(wanted.permissions)},
      {"tenants", reached},
      {"expires_at", or_null(key.expires_at)}};
  show_new_key(session, out, json, words_to_revoke(wanted, ""), [&](const RunRecord& run) {
    end_enterprise_key(platform, enterprise, key.name, Mode::perform);
    throw_failures(settle_everywhere(session, platform, enterprise, run, reached), Reported::no);
  });
  throw_failures(report, Reported::no);
}

void revoke_enterprise_key(Session& session, const std::string& enterprise, const std::string& name) {
  const bool dry = session.settings().dry_run;
  Platform platform = open_for_enterprise(session, enterprise);
  const std::vector<EnterpriseKey> keys = enterprise_keys(platform, enterprise);
  const bool live = std::ranges::find(keys, name, &EnterpriseKey::name) != keys.end();
  if (live) {
    require_consent(
        session, {.elsewhere = true, .takes_away = true}, AskedBy::words,
        "Do you want to revoke the API key '" + name + "' of enterprise " + enterprise + " in all of its tenants?");
    end_enterprise_key(platform, enterprise, name, dry ? Mode::rehearse : Mode::perform);
  }
  if (dry) {
    session.terminal().info(live ? "dry run: the key would be revoked; nothing was done" : "nothing to change");
    return;
  }
  std::vector<std::string> reached;
  const FleetReport report =
      settle_everywhere(session, platform, enterprise, make_run_record(session, "api-key revoke", "", {}), reached);
  session.terminal().info(live || !reached.empty() ? "done: the key is revoked"
                                                   : "enterprise " + enterprise + " has no API key '" + name +
                                                         "' that is not revoked; nothing to change");
  throw_failures(report, Reported::no);
}

}  // namespace acctl
