#include "cli/builder.hpp"
#include "commands/access/api_key.hpp"
#include "commands/access/enterprise_key.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

struct CreateApiKey {
  std::string owner;
  std::string name;
  std::string role;
  std::vector<std::string> permissions;
  std::string expires;
};

NewApiKey wanted_key(const CreateApiKey& options) {
  NewApiKey wanted{.owner = parse_key_owner(options.owner), .name = options.name, .role = options.role};
  check_display_name("--name", wanted.name);
  if (!options.expires.empty()) check_moment("--expires", options.expires);
  wanted.permissions = with_words({}, parse_permissions("--permission", split_words(options.permissions)));
  if (wanted.permissions.contains("*")) {
    throw Error(ErrorKind::invalid, "--permission: a key cannot have every permission of its own",
                "List the permissions, or give it a role with --role.");
  }
  if (!wanted.role.empty() && !wanted.permissions.empty()) {
    throw Error(ErrorKind::invalid, "--role and --permission cannot be combined", "Give one of them.");
  }
  if (!wanted.owner.is_user() && wanted.role.empty() && wanted.permissions.empty()) {
    throw Error(ErrorKind::invalid,
                "a key of the " + std::string(word_for(wanted.owner.kind)) + " needs a role or permissions of its own",
                "Give them with --role or --permission.");
  }
  return wanted;
}

void run(Session& session, const CreateApiKey& options) {
  NewApiKey wanted = wanted_key(options);
  if (wanted.owner.kind == KeyOwner::Kind::enterprise) return create_enterprise_key(session, wanted, options.expires);
  const RunRecord record = make_run_record(session, "api-key create", "", {});
  RecordWriter out = session.records(
      Shape::one, {"key", "email", "owner", "name", "role", "permissions", "tenant", {"expires", "/expires_at"}});
  enter_only_tenant(session, [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    require_key_disposal(database, tenant, record, wanted.owner, record.as);
    // Relative times count from the server's clock, which also decides when the key expires.
    if (!options.expires.empty())
      wanted.expires_at = parse_future_moment(platform.control(), "--expires", options.expires);
    const IssuedKey issued =
        create_api_key(make_exclusive_run(platform, tenant, database, record, key_ending(session)), wanted);
    const bool dry = session.settings().dry_run;
    nlohmann::ordered_json json = {
        {"key", dry ? nlohmann::ordered_json() : nlohmann::ordered_json(issued.secret.reveal())}};
    json.update(api_key_record(issued.key, tenant));
    show_new_key(session, out, json, words_to_revoke(wanted, " -t " + tenant.slug), [&](const RunRecord& run) {
      revoke_api_key(make_exclusive_run(platform, tenant, database, run, Ending::commit), wanted.owner, wanted.name);
    });
  });
}

}  // namespace

Command api_key_create_command() {
  return command<CreateApiKey>("create", "create an API key and show it once", run)
      .describe(R"(
Creates an API key and shows it once; only its hash is stored. A user's key lets a program do what the user is allowed
to do, or, with --role or --permission, only that part of it. A key of the organization needs a role or permissions of
its own. A role or a permission that the user, or with --as the maker of the key, does not hold is refused (exit 5). A
key of an enterprise is the same key in all of its tenants, those added later too.

The key is valid until it expires, is revoked, or its user or its maker is suspended or deleted. A name that another key
of the same owner already has is a conflict (exit 7).)")
      .argument("OWNER", "address of the user for whom the key acts, 'organization', or 'enterprise:KEY'",
                &CreateApiKey::owner)
      .values(Values::new_key_owners)
      .option("--name NAME", "name that tells what the key is used for", &CreateApiKey::name)
      .required()
      .option("--role ROLE", "role that says what the key can do", &CreateApiKey::role)
      .option("--permission PERMISSION[:LEVEL]", "permission that the key has; repeatable", &CreateApiKey::permissions)
      .option("--expires TIME", "expiry, such as 90d or 2027-01-31T18:00:00Z (default: never)", &CreateApiKey::expires)
      .example("acctl api-key create ana@acme.example --name ci --expires 90d -t acme",
               "Create a key that is valid for 90 days.")
      .example("acctl api-key create organization --name backup --permission tickets.view -t acme",
               "Create a key of the organization that can do one thing.")
      .example("acctl api-key create enterprise:umbrella --name siem --role viewer",
               "Create a key for all tenants of an enterprise.")
      .example("acctl api-key create ana@acme.example --name deploy -t acme -o name > deploy.key",
               "Write nothing but the key to a file.");
}

}  // namespace acctl
