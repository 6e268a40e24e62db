#include <algorithm>

#include "cli/builder.hpp"
#include "commands/access/api_key.hpp"
#include "commands/access/enterprise_key.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/imperative.hpp"

namespace acctl {

namespace {

struct RevokeApiKey {
  std::string owner;
  std::string name;
};

// The owner's keys of that name, revoked ones too.
std::vector<ApiKey> named_keys(TenantSession& database, const KeyOwner& owner, const std::string& name) {
  KeyFilter filter{.owner = std::string(word_for(owner.kind)), .revoked = true};
  if (owner.is_user()) filter.email = owner.key;
  std::vector<ApiKey> keys = list_api_keys(database, filter);
  std::erase_if(keys, [&](const ApiKey& key) { return key.name != name; });
  return keys;
}

void run(Session& session, const RevokeApiKey& options) {
  const KeyOwner owner = parse_key_owner(options.owner);
  if (owner.kind == KeyOwner::Kind::enterprise) return revoke_enterprise_key(session, owner.key, options.name);
  const RunRecord record = make_run_record(session, "api-key revoke", "", {});
  const auto visit = [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    if (owner.is_user()) {
      require_key_disposal(database, tenant, record, owner, "");
      NamedPeople named({owner.key});
      named.look(database, tenant.slug);
      named.require();
    }
    const std::vector<ApiKey> keys = named_keys(database, owner, options.name);
    const auto live = std::ranges::find_if(keys, [](const ApiKey& key) { return key.status != "revoked"; });
    if (!owner.is_user()) {
      require_key_disposal(database, tenant, record, owner, live == keys.end() ? "" : live->created_by);
    }
    if (keys.empty()) {
      throw Error(ErrorKind::invalid, to_string(owner) + " has no API key '" + abbreviated(options.name) + "'",
                  "List the keys with 'acctl api-key list'.");
    }
    if (live == keys.end()) return session.terminal().info("the key is already revoked; nothing to change");
    require_consent(session, {.changing = {tenant.slug}, .takes_away = true}, AskedBy::words,
                    "Do you want to revoke the API key '" + live->name + "' (" + live->prefix + "…) of " +
                        to_string(owner) + " in tenant " + tenant.slug + "?");
    revoke_api_key(make_exclusive_run(platform, tenant, database, record, key_ending(session)), owner, options.name);
    session.terminal().info(session.settings().dry_run ? "dry run: the key would be revoked; nothing was done"
                                                       : "done: the key is revoked; this is run " + record.run);
  };
  enter_only_tenant(session, visit, Reach::suspended_too);
}

}  // namespace

Command api_key_revoke_command() {
  return command<RevokeApiKey>("revoke", "revoke an API key", run)
      .describe(R"(
Revokes an API key after a prompt; it stops working immediately. Also works in a suspended tenant. 'acctl api-key list
--revoked' still lists the key.)")
      .argument("OWNER", "address of the user of the key, 'organization', or 'enterprise:KEY'", &RevokeApiKey::owner)
      .values(Values::key_owners)
      .argument("NAME", "name of the key", &RevokeApiKey::name)
      .values(Values::key_names)
      .example("acctl api-key revoke ana@acme.example ci -t acme", "Prompt, then revoke the key.")
      .example("acctl api-key revoke organization backup -t acme", "Revoke a key of the organization.");
}

}  // namespace acctl
