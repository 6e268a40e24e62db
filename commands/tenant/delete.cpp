#include <algorithm>
#include <memory>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/life_verb.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

struct DeleteTenants {
  std::vector<std::string> slugs;
  std::vector<std::string> confirm;
  std::string hold;
  bool no_export = false;
  bool with_data = false;
};

std::string delete_question(const std::vector<LifecycleResult>& planned, const DeleteRequest& request) {
  const auto drops =
      std::ranges::count_if(planned, [&](const LifecycleResult& one) { return drops_now(one.tenant, request); });
  const bool several = planned.size() != 1;
  std::string what = "? Nobody can sign in any more; ";
  if (drops == 0) {
    what += several ? "their databases are held, and dropped when the hold expires."
                    : "its database is held, and dropped when the hold expires.";
  } else if (!several) {
    what = "? Its database, its database roles and its storage are dropped; this cannot be undone.";
  } else {
    what += "databases, database roles and storage of " + std::to_string(drops) + " of them are dropped; this cannot " +
            "be undone.";
  }
  return "Do you want to delete " + describe_tenants(planned) + what;
}

// Until when the tenant is held, and the number of its export in the archive.
nlohmann::ordered_json to_more(const LifecycleResult* result) {
  nlohmann::ordered_json more = {{"hold_until", nullptr}, {"export", nullptr}};
  if (result == nullptr) return more;
  if (result->tenant.hold_until) more["hold_until"] = *result->tenant.hold_until;
  if (result->export_id) more["export"] = *result->export_id;
  return more;
}

// "acme,bert": sorted, each once, so that it can be compared.
std::string joined_slugs(std::vector<std::string> slugs) {
  std::ranges::sort(slugs);
  slugs.erase(std::ranges::unique(slugs).begin(), slugs.end());
  return join(slugs, ",");
}

void run(Session& session, const DeleteTenants& options) {
  if (options.no_export && options.with_data) {
    throw Error(ErrorKind::invalid, "--with-data and --no-export cannot be combined", "Use one of them.");
  }
  DeleteRequest request{
      .slug = {}, .keep_export = !options.no_export, .with_data = options.with_data, .interrupted = &interrupted()};
  if (session.given("--hold")) request.hold = parse_duration("--hold", options.hold);
  const std::string given = joined_slugs(split_words(options.confirm));
  const auto act = [&request](Platform& platform, const std::string& slug, Mode mode) {
    DeleteRequest one = request;
    one.slug = slug;
    return delete_tenant(platform, one, mode);
  };
  // After a hold nothing is deleted yet.
  const auto words = [&](const Tenant& tenant) -> std::string {
    return tenant.status == "deleted" || (session.settings().dry_run && drops_now(tenant, request))
               ? "deleted"
               : "held for deletion";
  };
  const auto check = [](Platform& platform, const std::vector<LifecycleResult>& planned) {
    require_admins_after(platform, find_losses(planned));
  };
  const auto hold = [](Platform& platform, const std::vector<LifecycleResult>& planned) {
    const EnterpriseLosses losses = find_losses(planned);
    return losses.empty() ? nullptr : std::make_unique<EnterpriseHold>(platform, losses);
  };
  const auto ask = [&](const Outlook& outlook, const std::vector<LifecycleResult>& planned) {
    // What fails or is done already is confirmed with the others: who repeats a command repeats it as it was.
    std::vector<std::string> all = options.slugs.empty() ? session.settings().tenants : options.slugs;
    if (session.given("--match")) all = outlook.changing;
    return require_named_consent(session, outlook, {.option = "--confirm", .name = joined_slugs(all), .given = given},
                                 delete_question(planned, request));
  };
  run_life_verb(session, options.slugs,
                {.done = "deleted",
                 .from = {"provisioning", "failed", "active", "suspended", "deprovisioning"},
                 .act = act,
                 .check = check,
                 .confirm = ask,
                 .words = words,
                 .more = to_more,
                 .columns = {"export"},
                 .hold = hold});
}

}  // namespace

Command tenant_delete_command() {
  return command<DeleteTenants>("delete", "delete tenants: export, quarantine, then drop", run)
      .describe(R"(
Unpublishes the tenant's routes, keeps an export of its configuration in the registry, ends all its sessions and
renames its database so that nothing can reach it. 'tenant archive' lists and fetches the export. With --with-data, a
dump of the database (pg_dump's custom format) is kept with it; nobody can write any more while it is made. The
database is held for the time of --hold. After that, database, database
roles and storage are dropped by 'tenant purge', by its timer, or by running this command again; with --hold 0 they
are dropped at once. As long as it is held, 'tenant resume' restores it.

The registry entry and the audit trail are kept, and the slug can be used again after the drop. --confirm answers the
prompt; without a terminal it is required. Several tenants are confirmed together, and a failure does not stop the
others (exit 6); if a slug does not exist, none is touched (exit 3). None is deleted if an enterprise would keep tenants
in which nobody is an active enterprise admin (exit 5).)")
      .with(slugs_argument, &DeleteTenants::slugs)
      .option("--confirm SLUG",
              "confirm the deletion by repeating the slug; repeatable, and a list for several tenants",
              &DeleteTenants::confirm)
      .option("--hold TIME", "time to keep the database, such as 12h; 0 drops it at once (default: 30d)",
              &DeleteTenants::hold)
      .option("--no-export", "do not keep an export of the configuration", &DeleteTenants::no_export)
      .option("--with-data", "keep a dump of the data with the export", &DeleteTenants::with_data)
      .exits(5, "an enterprise would be left without an active enterprise admin")
      .exits(10, "not confirmed: neither --confirm nor the slug at a terminal")
      .example("acctl tenant delete acme --confirm acme", "Hold the tenant for 30 days, then drop it.")
      .example("acctl tenant delete acme --confirm acme --hold 0", "Drop the tenant at once.")
      .example("acctl tenant delete globex --confirm globex --with-data", "Keep the data, too, when the hold expires.")
      .example("acctl tenant delete acme bert --confirm acme,bert", "Several tenants with one confirmation.");
}

}  // namespace acctl
