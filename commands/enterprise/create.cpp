#include "cli/builder.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

struct CreateEnterprise {
  std::string key;
  std::string name;
};

void run(Session& session, const CreateEnterprise& options) {
  Platform platform = open_platform(session);
  const Mode mode = read_mode(session);
  const bool created = create_enterprise(platform, options.key, options.name, mode);
  const bool rehearsal = mode == Mode::rehearse;
  session.terminal().info(std::string(rehearsal ? "dry run: " : "") + "enterprise " + options.key +
                          (!created    ? " exists; nothing changed"
                           : rehearsal ? " would be created; nothing was done"
                                       : " created"));
}

}  // namespace

Command enterprise_create_command() {
  return command<CreateEnterprise>("create", "create an enterprise, a group of tenants", run)
      .describe(R"(
Creates an enterprise, which groups several tenants of one customer. Creating it again with the same name changes
nothing; with another name it is a conflict (exit 7).)")
      .argument("KEY", "1 to 63 of a-z, 0-9 and '-'", &CreateEnterprise::key)
      .option("--name NAME", "display name", &CreateEnterprise::name)
      .required()
      .example("acctl enterprise create umbrella --name 'Umbrella Group'",
               "Then add tenants, for example by: acctl tenant create … --enterprise umbrella");
}

}  // namespace acctl
