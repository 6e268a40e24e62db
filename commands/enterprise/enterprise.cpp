#include "commands/enterprise/enterprise.hpp"

#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

constexpr std::string_view as_hint = "With --as, acctl does what this user could do in the application, and no more.";

nlohmann::ordered_json to_json(const Enterprise& enterprise) {
  return {{"key", enterprise.key}, {"name", enterprise.name}, {"tenants", enterprise.tenants}};
}

Command create_command() {
  struct Options {
    std::string key;
    std::string name;
  };
  auto options = std::make_shared<Options>();
  return {
      .name = "create",
      .summary = "create an enterprise, a group of tenants",
      .description =
          "An enterprise groups several tenants of one customer. Creating it again with the same name "
          "changes nothing; with another name it is a conflict.",
      .arguments = {{.name = "KEY", .help = "1 to 63 of a-z, 0-9 and -", .target = &options->key}},
      .options = {{.name = "--name",
                   .value = "NAME",
                   .help = "name as displayed",
                   .target = &options->name,
                   .required = true}},
      .examples = {{"acctl enterprise create umbrella --name 'Umbrella Group'",
                    "Then: acctl tenant create … "
                    "--enterprise umbrella"}},
      .run =
          [options](Session& session) {
            Platform platform = open_platform(session);
            const bool rehearsal = session.settings().dry_run;
            const bool created =
                create_enterprise(platform, options->key, options->name, rehearsal ? Mode::rehearse : Mode::perform);
            session.terminal().info(std::string(rehearsal ? "dry run: " : "") + "enterprise " + options->key +
                                    (!created    ? " exists; nothing changed"
                                     : rehearsal ? " would be created; nothing was done"
                                                 : " created"));
            return 0;
          },
      .storage = options,
  };
}

Command list_command() {
  return {
      .name = "list",
      .summary = "list enterprises",
      .description = "Lists the enterprises with the number of their tenants.",
      .examples = {{"acctl enterprise list", "All of them."}},
      .trail = Trail::nothing,
      .run =
          [](Session& session) {
            Platform platform = open_platform(session);
            RecordWriter out =
                session.records(Shape::many, {{"KEY", "/key"}, {"NAME", "/name"}, {"TENANTS", "/tenants"}});
            const std::string user = acting_user(session.settings().as);
            for (const Enterprise& enterprise : list_enterprises(platform)) {
              const bool seen =
                  user.empty() || enterprise_rights(platform, enterprise.key, user) != EnterpriseRights::none;
              if (seen) out.add(to_json(enterprise));
            }
            out.finish();
            return 0;
          },
  };
}

}  // namespace

EnterpriseRights require_enterprise_sight(const Session& session, Platform& platform, const std::string& key) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty()) return EnterpriseRights::everything;
  const EnterpriseRights rights = enterprise_rights(platform, key, user);
  if (rights != EnterpriseRights::none) return rights;
  throw Error(ErrorKind::refused,
              "refused: " + user + " is not an active admin of enterprise " + key + " or of one of its tenants",
              std::string(as_hint));
}

void require_enterprise_admin(const Session& session, Platform& platform, const std::string& key) {
  if (require_enterprise_sight(session, platform, key) == EnterpriseRights::everything) return;
  throw Error(ErrorKind::refused,
              "refused: " + acting_user(session.settings().as) + " is not an active enterprise admin of " + key,
              std::string(as_hint));
}

Command enterprise_command() {
  const auto bounded = [](Command command) {
    command.takes_as = true;
    return command;
  };
  return {
      .name = "enterprise",
      .summary = "groups of tenants",
      .description = "An enterprise groups the tenants of one customer, so that roles can be given for all of them.",
      .subcommands = {create_command(), bounded(list_command()), bounded(enterprise_show_command()),
                      bounded(enterprise_users_command()), bounded(enterprise_add_tenant_command()),
                      bounded(enterprise_remove_tenant_command()), bounded(enterprise_grant_command()),
                      bounded(enterprise_revoke_command())},
  };
}

}  // namespace acctl
