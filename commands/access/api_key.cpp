// api-key: ways in for programs.
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/api_keys.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct KeyOptions {
  std::string email;
  std::string name;
  std::string expires;
  bool revoked = false;
  std::vector<std::string> exclude;
};

Json to_json(const ApiKey& key, const Tenant& tenant) {
  return {{"prefix", key.prefix},
          {"email", key.email},
          {"name", key.name},
          {"status", key.status},
          {"created_at", or_null(key.created_at)},
          {"expires_at", or_null(key.expires_at)},
          {"last_used_at", or_null(key.last_used_at)},
          {"revoked_at", or_null(key.revoked_at)},
          {"tenant", tenant.slug}};
}

// A key does what its user may do; so of others' keys only admins dispose.
void require_disposal(TenantSession& database, const Tenant& tenant, const RunRecord& record,
                      const std::string& email) {
  if (record.as == email) return;
  require_right(database, record.as, Right::everything, "create or revoke the API keys of others");
  require_rights(database, identity_of(tenant), record, {{.action = Action::change, .kind = "users", .key = email}});
}

Ending ending_of(const Session& session) { return session.settings().dry_run ? Ending::roll_back : Ending::commit; }

int list(Session& session, const KeyOptions& options) {
  const std::string email = options.email.empty() ? "" : emails_of({options.email}).front();
  RecordWriter out = session.records(Shape::many, {{"PREFIX", "/prefix"},
                                                   {"TENANT", "/tenant"},
                                                   {"EMAIL", "/email"},
                                                   {"NAME", "/name"},
                                                   {"STATUS", "/status"},
                                                   {"CREATED", "/created_at"},
                                                   {"EXPIRES", "/expires_at"},
                                                   {"LAST USED", "/last_used_at"}});
  NamedPeople named(email.empty() ? std::vector<std::string>() : std::vector<std::string>{email});
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) {
        if (!email.empty()) named.look(database, tenant.slug);
        for (const ApiKey& key : list_api_keys(database, email, options.revoked)) out.add(to_json(key, tenant));
      },
      [&] {
        named.require();
        out.finish();
      });
  return 0;
}

int create(Session& session, const KeyOptions& options) {
  NewApiKey wanted{.email = emails_of({options.email}).front(), .name = options.name, .expires_at = {}};
  check_display_name("--name", wanted.name);
  if (!options.expires.empty()) check_moment("--expires", options.expires);
  const RunRecord record = record_of(session, "api-key create", "", {});
  RecordWriter out = session.records(
      Shape::one,
      {{"key", "/key"}, {"email", "/email"}, {"name", "/name"}, {"tenant", "/tenant"}, {"expires", "/expires_at"}});
  enter_only_tenant(session, [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    require_disposal(database, tenant, record, wanted.email);
    if (!options.expires.empty()) wanted.expires_at = moment_of(platform.control(), "--expires", options.expires);
    const IssuedKey issued = create_api_key(database, identity_of(platform, tenant, record.run), record, wanted,
                                            ending_of(session), reconnect_to(platform, tenant));
    const bool dry = session.settings().dry_run;
    Json json = {{"key", dry ? Json() : Json(issued.secret.reveal())}};
    json.update(to_json(issued.key, tenant));
    out.add(json);
    session.terminal().info(dry ? "dry run: the key would be created; nothing was done"
                                : "this key is shown once: keep it where the program that uses it finds it");
  });
  out.finish();
  return 0;
}

int revoke(Session& session, const KeyOptions& options) {
  const std::string email = emails_of({options.email}).front();
  const RunRecord record = record_of(session, "api-key revoke", "", {});
  const auto visit = [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    require_disposal(database, tenant, record, email);
    NamedPeople named({email});
    named.look(database, tenant.slug);
    named.require();
    std::vector<ApiKey> keys = list_api_keys(database, email, true);
    std::erase_if(keys, [&](const ApiKey& key) { return key.name != options.name; });
    if (keys.empty()) {
      throw Error(ErrorKind::invalid, email + " has no API key '" + abbreviated(options.name) + "'",
                  "'acctl api-key list' shows all.");
    }
    const auto live = std::ranges::find_if(keys, [](const ApiKey& key) { return key.status != "revoked"; });
    if (live == keys.end()) return session.terminal().info("the key is revoked already; nothing to change");
    require_consent(session, {.changing = {tenant.slug}, .takes_away = true}, AskedBy::words,
                    "Do you want to revoke the API key '" + live->name + "' (" + live->prefix + "…) of " + email +
                        " in tenant " + tenant.slug + "?");
    revoke_api_key(database, identity_of(platform, tenant, record.run), record, email, options.name, ending_of(session),
                   reconnect_to(platform, tenant));
    session.terminal().info(session.settings().dry_run ? "dry run: the key would be revoked; nothing was done"
                                                       : "done: the key is revoked; this is run " + record.run);
  };
  enter_only_tenant(session, visit, Reach::suspended_too);
  return 0;
}

Argument user_argument(std::string& target) { return {.name = "EMAIL", .help = "the user", .target = &target}; }

Command list_command() {
  auto options = std::make_shared<KeyOptions>();
  return {
      .name = "list",
      .summary = "list API keys",
      .description =
          "Lists the API keys of a tenant, or of one user, with their end and last use. A key itself is shown once, "
          "when "
          "it is created, and never again.",
      .arguments = {{.name = "EMAIL", .help = "keys of this user", .target = &options->email, .required = false}},
      .options = {exclude_option(options->exclude),
                  {.name = "--revoked", .value = "", .help = "revoked ones, too", .target = &options->revoked}},
      .examples = {{"acctl api-key list -t acme", "All that are not revoked."},
                   {"acctl api-key list ana@acme.example -t acme --revoked", "All that she ever had."}},
      .trail = Trail::nothing,
      .run = [options](Session& session) { return list(session, *options); },
      .storage = options,
  };
}

Command create_command() {
  auto options = std::make_shared<KeyOptions>();
  return {
      .name = "create",
      .summary = "create an API key for a user, and show it once",
      .description =
          "Creates an API key, with which a program does what the user may do, and shows it: only its hash is stored. "
          "It "
          "ends when the user is suspended, when it is revoked, or with --expires at a time. A name that the user's "
          "keys "
          "have already is a conflict (exit 7).",
      .arguments = {user_argument(options->email)},
      .options =
          {{.name = "--name", .value = "NAME", .help = "what it is for", .target = &options->name, .required = true},
           {.name = "--expires",
            .value = "TIME",
            .help = "when it ends: 2027-01-31T18:00:00Z, or from now as 90d",
            .target = &options->expires}},
      .examples = {{"acctl api-key create ana@acme.example --name ci --expires 90d -t acme", "For a quarter."},
                   {"acctl api-key create ana@acme.example --name ci -t acme -o name > ci.key", "The key alone."}},
      .run = [options](Session& session) { return create(session, *options); },
      .storage = options,
  };
}

Command revoke_command() {
  auto options = std::make_shared<KeyOptions>();
  return {
      .name = "revoke",
      .summary = "revoke an API key",
      .description =
          "Ends an API key at once, after asking, in a suspended tenant, too. It stays in the list with --revoked.",
      .arguments = {user_argument(options->email),
                    {.name = "NAME", .help = "name of the key", .target = &options->name}},
      .examples = {{"acctl api-key revoke ana@acme.example ci -t acme", "Asks, then ends it."}},
      .run = [options](Session& session) { return revoke(session, *options); },
      .storage = options,
  };
}

}  // namespace

Command api_key_command() {
  return {
      .name = "api-key",
      .summary = "ways in for programs",
      .description =
          "An API key lets a program do what its user may do, no more and no less: a change of the user's roles counts "
          "at "
          "the key's next use.",
      .subcommands = {list_command(), create_command(), revoke_command()},
  };
}

}  // namespace acctl
