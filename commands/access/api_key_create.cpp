#include "cli/builder.hpp"
#include "commands/access/api_key.hpp"
#include "commands/access/api_key_record.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

struct CreateApiKey {
  std::string email;
  std::string name;
  std::string expires;
};

int run(Session& session, const CreateApiKey& options) {
  NewApiKey wanted{.email = emails_of({options.email}).front(), .name = options.name, .expires_at = {}};
  check_display_name("--name", wanted.name);
  if (!options.expires.empty()) check_moment("--expires", options.expires);
  const RunRecord record = record_of(session, "api-key create", "", {});
  RecordWriter out = session.records(
      Shape::one,
      {{"key", "/key"}, {"email", "/email"}, {"name", "/name"}, {"tenant", "/tenant"}, {"expires", "/expires_at"}});
  enter_only_tenant(session, [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    require_key_disposal(database, tenant, record, wanted.email);
    // Relative times count from the server's clock, which also decides when the key expires.
    if (!options.expires.empty()) wanted.expires_at = moment_of(platform.control(), "--expires", options.expires);
    const IssuedKey issued = create_api_key(database, identity_of(platform, tenant, record.run), record, wanted,
                                            key_ending(session), reconnect_to(platform, tenant));
    const bool dry = session.settings().dry_run;
    nlohmann::ordered_json json = {
        {"key", dry ? nlohmann::ordered_json() : nlohmann::ordered_json(issued.secret.reveal())}};
    json.update(api_key_record(issued.key, tenant));
    out.add(json);
    session.terminal().info(dry ? "dry run: the key would be created; nothing was done"
                                : "the key is shown only once; store it where the program that uses it can read it");
  });
  out.finish();
  return 0;
}

}  // namespace

Command api_key_create_command() {
  return command<CreateApiKey>("create", "create an API key for a user and show it once", run)
      .describe(R"(
Creates an API key, which lets a program do what the user is allowed to do, and shows it once; only its hash is stored.
The key is valid until it expires, is revoked, or its user is suspended. A name that another key of the user already has
is a conflict (exit 7).)")
      .argument("EMAIL", "user for whom the key acts", &CreateApiKey::email)
      .option("--name NAME", "name that tells what the key is used for", &CreateApiKey::name)
      .required()
      .option("--expires TIME", "expiry, such as 90d or 2027-01-31T18:00:00Z (default: never)", &CreateApiKey::expires)
      .example("acctl api-key create ana@acme.example --name ci --expires 90d -t acme",
               "Create a key that is valid for 90 days.")
      .example("acctl api-key create ana@acme.example --name deploy -t acme -o name > deploy.key",
               "Write nothing but the key to a file.");
}

}  // namespace acctl
