#include "commands/tenant/tenant.hpp"

#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/tenants/doctor.hpp"

namespace acctl {

void write_tenant(Session& session, const Tenant& tenant) {
  RecordWriter out = session.records(Shape::one, {{"slug", "/slug"},
                                                  {"name", "/name"},
                                                  {"status", "/status"},
                                                  {"plan", "/plan"},
                                                  {"enterprise", "/enterprise"},
                                                  {"labels", "/labels"},
                                                  {"seats used", "/seats/used"},
                                                  {"seats limit", "/seats/limit"},
                                                  {"host names", "/resources/hostnames"},
                                                  {"support address", "/resources/support_address"},
                                                  {"server", "/server"},
                                                  {"database", "/database"},
                                                  {"storage", "/resources/storage"},
                                                  {"pack", "/pack"},
                                                  {"schema version", "/schema_version"},
                                                  {"created", "/created_at"},
                                                  {"activated", "/activated_at"}});
  out.add(to_json(tenant));
  out.finish();
}

namespace {

Command list_command() {
  auto search = std::make_shared<std::string>();
  return {
      .name = "list",
      .summary = "list and search tenants",
      .description =
          "Lists the tenants of the registry, sorted by slug: all, or those that --tenant and --match name, "
          "or whose slug or name holds TEXT. Deleted tenants are shown only with --match status=deleted. "
          "Seats in use are as acctl last saw them.",
      .arguments =
          {{.name = "TEXT", .help = "part of the slug or the name", .target = search.get(), .required = false}},
      .examples = {{"acctl tenant list", "All tenants."},
                   {"acctl tenant list acme --match plan=pro --match region=eu", "Some of them."},
                   {"acctl tenant list --match status=failed -o name", "Slugs, for a script."}},
      .trail = Trail::nothing,
      .run =
          [search](Session& session) {
            TenantFilter filter = filter_of(session);
            filter.search = *search;
            Platform platform = open_platform(session);
            RecordWriter out = session.records(Shape::many, {{"SLUG", "/slug"},
                                                             {"NAME", "/name"},
                                                             {"STATUS", "/status"},
                                                             {"PLAN", "/plan"},
                                                             {"SERVER", "/server"},
                                                             {"SEATS", "/seats/used"},
                                                             {"LABELS", "/labels"},
                                                             {"CREATED", "/created_at"}});
            const bool whole = session.format() == OutputFormat::json || session.format() == OutputFormat::yaml;
            const Steps steps = whole ? Steps::included : Steps::left_out;
            for_each_tenant(platform, filter, [&](const Tenant& tenant) { out.add(to_json(tenant, steps)); });
            out.finish();
            return 0;
          },
      .storage = search,
  };
}

Command show_command() {
  auto slug = std::make_shared<std::string>();
  return {
      .name = "show",
      .summary = "show a tenant and what belongs to it",
      .description = "Shows the tenant's registry entry: plan, seats, resources and the steps of its provisioning.",
      .arguments = {slug_argument(*slug)},
      .examples = {{"acctl tenant show acme", "For people."}, {"acctl tenant show acme -o json", "For scripts."}},
      .trail = Trail::nothing,
      .run =
          [slug](Session& session) {
            Platform platform = open_platform(session);
            write_tenant(session, require_tenant(platform, slug_of(session, *slug)));
            return 0;
          },
      .storage = slug,
  };
}

Command status_command() {
  auto slug = std::make_shared<std::string>();
  return {
      .name = "status",
      .summary = "show how far the provisioning of a tenant is",
      .description = "Shows the tenant's status and each step of its provisioning with attempts and error.",
      .arguments = {slug_argument(*slug)},
      .examples = {{"acctl tenant status acme", "Which step failed, and why."}},
      .trail = Trail::nothing,
      .run =
          [slug](Session& session) {
            Platform platform = open_platform(session);
            const Tenant tenant = require_tenant(platform, slug_of(session, *slug));
            if (session.format() == OutputFormat::json || session.format() == OutputFormat::yaml) {
              write_tenant(session, tenant);
              return 0;
            }
            session.terminal().info("tenant " + tenant.slug + " is " + tenant.status +
                                    (tenant.hold_until ? ", held until " + *tenant.hold_until : ""));
            RecordWriter out = session.records(
                Shape::many,
                {{"STEP", "/name"}, {"STATUS", "/status"}, {"ATTEMPTS", "/attempts"}, {"ERROR", "/error"}});
            const nlohmann::ordered_json record = to_json(tenant);
            for (const auto& step : record["steps"]) out.add(step);
            out.finish();
            return 0;
          },
      .storage = slug,
  };
}

nlohmann::ordered_json to_json(const Finding& finding) {
  const auto tenant = finding.tenant.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(finding.tenant);
  return {{"tenant", tenant},           {"check", finding.check}, {"detail", finding.detail},
          {"fixable", finding.fixable}, {"fixed", finding.fixed}, {"leftover", finding.leftover}};
}

std::vector<Finding> examine(Platform& platform, const TenantFilter& filter, bool whole, Fix fix, int parallel) {
  const std::vector<Tenant> tenants = list_tenants(platform, filter);
  for (const std::string& slug : filter.slugs) require_tenant(platform, slug);
  std::vector<std::vector<Finding>> found(tenants.size());
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(parallel));
  for_each_index(tenants.size(), parallel, [&](std::size_t index, std::size_t worker) {
    if (!sessions[worker]) sessions[worker] = platform.another();
    const Concerning tenant(tenants[index].slug);
    found[index] = examine_tenant(*sessions[worker], tenants[index], fix);
  });
  std::vector<Finding> all = whole ? find_orphans(platform) : std::vector<Finding>();
  if (whole) std::ranges::move(find_platform_leftovers(platform), std::back_inserter(all));
  for (std::vector<Finding>& part : found) all.insert(all.end(), part.begin(), part.end());
  return all;
}

int accept(Session& session, const std::string& slug, const std::vector<std::string>& others) {
  check_slug(slug);
  if (!others.empty()) {
    throw Error(ErrorKind::invalid, "--accept-restored takes one tenant, and SLUG names others", "Name it once.");
  }
  Platform platform = open_platform(session);
  const Accepted rehearsed = accept_restored(platform, slug, Mode::rehearse);
  if (!rehearsed.changed) {
    session.terminal().info("the ledger of tenant " + slug + " has all that the registry has seen; nothing to change");
    return 0;
  }
  const Consent consent =
      require_consent(session, {.changing = {slug}, .takes_away = true}, AskedBy::words,
                      "Do you want to accept the database of tenant " + slug + " as it is, ending with " +
                          (rehearsed.run.empty() ? "an empty ledger" : "run " + rehearsed.run) + "?");
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run: the database of tenant " + slug + " would be accepted; nothing was done");
    return 0;
  }
  accept_restored(platform, slug, Mode::perform);
  session.terminal().info("done: the database of tenant " + slug + " is accepted as it is");
  return 0;
}

Command doctor_command() {
  struct Options {
    std::vector<std::string> slugs;
    bool fix = false;
    std::string accept_restored;
  };
  auto options = std::make_shared<Options>();
  return {
      .name = "doctor",
      .summary = "compare the registry with the world and name each mismatch",
      .description =
          "Looks at the database, its roles, its identity, schema and ledger, the storage, the reserved names and "
          "the lock of each tenant, and without SLUG or --match also for databases, database roles and folders that "
          "belong to no tenant. It also names what stayed behind and can go: tenants whose hold is over, template "
          "databases of former versions, temporary files ('tenant purge' removes them). Nothing is changed unless "
          "--fix is given, and nothing is ever dropped. Exit 7 when a mismatch remains; a leftover is none.\n\n"
          "A database that was restored from an older copy lacks runs that the registry has seen in its ledger: it can "
          "be read, but not written. --accept-restored says that it is the right one; runs that are missing stay "
          "missing.",
      .arguments = {{.name = "SLUG",
                     .help = "tenants to look at; without it all, or those of --tenant and --match",
                     .target = &options->slugs,
                     .required = false,
                     .values = Values::tenants}},
      .options = {{.name = "--fix",
                   .value = "",
                   .help = "repair what can be repaired without losing data",
                   .target = &options->fix},
                  {.name = "--accept-restored",
                   .value = "SLUG",
                   .help = "accept the database of this tenant as it is, although runs are missing from its ledger",
                   .target = &options->accept_restored,
                   .values = Values::tenants}},
      .examples = {{"acctl tenant doctor", "Everything."},
                   {"acctl tenant doctor acme --fix", "One tenant."},
                   {"acctl tenant doctor --accept-restored acme", "After its database was restored from a backup."}},
      .run =
          [options](Session& session) {
            if (session.given("--accept-restored")) return accept(session, options->accept_restored, options->slugs);
            if (!options->fix) session.only_look();
            TenantFilter filter = filter_of(session);
            if (!options->slugs.empty()) filter.slugs = options->slugs;
            const bool whole = filter.slugs.empty() && session.settings().match.empty();
            Platform platform = open_platform(session);
            const Fix fix = options->fix && !session.settings().dry_run ? Fix::yes : Fix::no;
            RecordWriter out = session.records(Shape::many, {{"TENANT", "/tenant"},
                                                             {"CHECK", "/check"},
                                                             {"FIXABLE", "/fixable"},
                                                             {"FIXED", "/fixed"},
                                                             {"DETAIL", "/detail"}});
            std::size_t left = 0;
            std::size_t leftovers = 0;
            for (const Finding& finding :
                 examine(platform, filter, whole, fix, static_cast<int>(session.settings().parallel))) {
              out.add(to_json(finding));
              left += finding.fixed || finding.leftover ? 0 : 1;
              leftovers += finding.leftover ? 1 : 0;
            }
            out.finish();
            if (leftovers > 0) {
              session.terminal().info(std::to_string(leftovers) + (leftovers == 1 ? " leftover" : " leftovers") +
                                      "; remove with 'acctl tenant purge'");
            }
            if (left == 0) return 0;
            throw Error(
                ErrorKind::conflict, std::to_string(left) + (left == 1 ? " mismatch" : " mismatches"),
                "Run 'acctl tenant doctor --fix' for those that are fixable; the details name the way for the rest.");
          },
      .storage = options,
  };
}

}  // namespace

Command tenant_command() {
  Command command{
      .name = "tenant",
      .summary = "customer organizations: provision, show, suspend, delete",
      .description =
          "A tenant is a customer organization with a database, a storage, host names and a support address "
          "of its own. It is provisioned in eight steps that each look at what is there before they act, so "
          "that every command here can be repeated after any interruption.",
      .subcommands = {tenant_create_command(), tenant_clone_command(), list_command(), show_command(),
                      status_command()},
  };
  for (Command& lifecycle : tenant_lifecycle_commands()) command.subcommands.push_back(std::move(lifecycle));
  command.subcommands.push_back(tenant_purge_command());
  command.subcommands.push_back(tenant_migrate_command());
  command.subcommands.push_back(doctor_command());
  return command;
}

}  // namespace acctl
