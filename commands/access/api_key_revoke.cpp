#include <algorithm>

#include "cli/builder.hpp"
#include "commands/access/api_key.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/api_keys.hpp"

namespace acctl {

namespace {

struct RevokeApiKey {
  std::string email;
  std::string name;
};

int run(Session& session, const RevokeApiKey& options) {
  const std::string email = emails_of({options.email}).front();
  const RunRecord record = record_of(session, "api-key revoke", "", {});
  const auto visit = [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    require_key_disposal(database, tenant, record, email);
    NamedPeople named({email});
    named.look(database, tenant.slug);
    named.require();
    std::vector<ApiKey> keys = list_api_keys(database, email, true);
    std::erase_if(keys, [&](const ApiKey& key) { return key.name != options.name; });
    if (keys.empty()) {
      throw Error(ErrorKind::invalid, email + " has no API key '" + abbreviated(options.name) + "'",
                  "List the keys with 'acctl api-key list'.");
    }
    const auto live = std::ranges::find_if(keys, [](const ApiKey& key) { return key.status != "revoked"; });
    if (live == keys.end()) return session.terminal().info("the key is already revoked; nothing to change");
    require_consent(session, {.changing = {tenant.slug}, .takes_away = true}, AskedBy::words,
                    "Do you want to revoke the API key '" + live->name + "' (" + live->prefix + "…) of " + email +
                        " in tenant " + tenant.slug + "?");
    revoke_api_key(database, identity_of(platform, tenant, record.run), record, email, options.name,
                   key_ending(session), reconnect_to(platform, tenant));
    session.terminal().info(session.settings().dry_run ? "dry run: the key would be revoked; nothing was done"
                                                       : "done: the key is revoked; this is run " + record.run);
  };
  enter_only_tenant(session, visit, Reach::suspended_too);
  return 0;
}

}  // namespace

Command api_key_revoke_command() {
  return command<RevokeApiKey>("revoke", "revoke an API key", run)
      .describe(R"(
Revokes an API key after a prompt; it stops working immediately. Also works in a suspended tenant. 'acctl api-key list
--revoked' still lists the key.)")
      .argument("EMAIL", "user of the key", &RevokeApiKey::email)
      .argument("NAME", "name of the key", &RevokeApiKey::name)
      .example("acctl api-key revoke ana@acme.example ci -t acme", "Prompt, then revoke the key.");
}

}  // namespace acctl
