#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/tenants/leftovers.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct PurgeTenants {
  std::vector<std::string> slugs;
  bool remains = false;
};

// A leftover, and whether it was removed.
struct Purged {
  Leftover leftover;
  bool removed = false;
  std::optional<Error> error = {};
};

std::vector<Purged> find_leftovers(Session& session, Platform& platform, const PurgeTenants& options) {
  const TenantFilter filter = read_tenant_filter(session, options.slugs);
  refuse_unknown_names(platform, filter);
  const bool whole = filter.slugs.empty() && session.settings().match.empty();
  std::vector<Leftover> all = ended_holds(list_tenants(platform, filter));
  UnreachableServers unreachable;
  if (whole || options.remains) unreachable = find_unreachable_servers(platform);
  for (const auto& [server, why] : unreachable) {
    session.terminal().warn("server " + server + " is left out: " + why);
  }
  if (options.remains) {
    for (Leftover& one : remains_of_deleted(platform, unreachable)) {
      if (whole || std::ranges::find(filter.slugs, one.tenant) != filter.slugs.end()) all.push_back(std::move(one));
    }
  }
  if (whole) std::ranges::move(old_templates_and_files(platform, unreachable), std::back_inserter(all));
  std::vector<Purged> found;
  for (Leftover& one : all) found.push_back({.leftover = std::move(one)});
  return found;
}

// Why tenants that were named are not dropped.
void tell_kept(Session& session, Platform& platform, const std::vector<std::string>& slugs) {
  Remarks remarks(session.terminal(), Remarks::Tone::info);
  for (const std::string& slug : slugs) {
    const Tenant tenant = require_tenant(platform, slug);
    if (tenant.status == "deprovisioning" && !tenant.hold_is_over) {
      remarks.say("tenant " + slug + " is held until " + tenant.hold_until.value_or("an unknown time") +
                  "; to drop it now: acctl tenant delete " + slug + " --confirm " + slug + " --hold 0");
    } else if (tenant.status != "deprovisioning") {
      remarks.say("tenant " + slug + " is " + tenant.status + ", not held for deletion");
    }
  }
}

void write(Session& session, const std::vector<Purged>& all) {
  RecordWriter out = session.records(Shape::many, {"KIND", "NAME", "DETAIL"});
  for (const auto& [leftover, removed, error] : all) {
    out.add({{"kind", to_string(leftover.kind)},
             {"name", leftover.name},
             {"tenant", leftover.tenant.empty() ? Json() : Json(leftover.tenant)},
             {"detail", leftover.detail},
             {"removed", removed},
             {"error", error ? Json(error->what()) : Json()}});
  }
  out.finish();
}

// "2 tenants whose hold has expired, 1 template database"
std::string count_kinds(const std::vector<Purged>& all) {
  std::vector<std::string> parts;
  const auto add = [&](Leftover::Kind kind, const std::string& one, const std::string& many) {
    const auto count = std::ranges::count_if(all, [&](const Purged& each) { return each.leftover.kind == kind; });
    if (count > 0) parts.push_back(std::to_string(count) + " " + (count == 1 ? one : many));
  };
  add(Leftover::Kind::hold, "tenant whose hold has expired", "tenants whose hold has expired");
  add(Leftover::Kind::remains, "deleted tenant with remains", "deleted tenants with remains");
  add(Leftover::Kind::template_database, "old template database", "old template databases");
  add(Leftover::Kind::file, "temporary file", "temporary files");
  add(Leftover::Kind::visit, "session of staff that has expired", "sessions of staff that have expired");
  return join(parts);
}

Consent require_consent_to_purge(Session& session, const std::vector<Purged>& all) {
  Outlook outlook{.takes_away = true};
  for (const auto& [leftover, removed, error] : all) {
    if (leftover.tenant.empty()) outlook.elsewhere = true;
    if (!leftover.tenant.empty()) outlook.changing.push_back(leftover.tenant);
  }
  return require_consent(
      session, outlook, AskedBy::words, "Do you want to remove " + count_kinds(all) + "? This cannot be undone.", [&] {
        const std::size_t shown = session.terminal().is_verbose() ? all.size() : std::min(all.size(), remarks_shown);
        for (std::size_t i = 0; i < shown; ++i) {
          const Leftover& leftover = all[i].leftover;
          session.terminal().show("  " + escaped(leftover.name + ": " + leftover.detail) + "\n");
        }
        if (shown < all.size()) {
          session.terminal().show("  and " + std::to_string(all.size() - shown) +
                                  " more; --verbose or --dry-run shows all of them\n");
        }
      });
}

// A failure does not stop the others; it is kept in its entry.
void remove_all(Platform& platform, std::vector<Purged>& all) {
  Step removing("removing", all.size(), "leftovers");
  for (Purged& one : all) {
    removing.advance();
    one.error = platform.catch_failure([&] { one.removed = remove_leftover(platform, one.leftover); });
  }
}

void run(Session& session, const PurgeTenants& options) {
  Platform platform = open_platform(session);
  std::vector<Purged> all = find_leftovers(session, platform, options);
  if (!options.remains) tell_kept(session, platform, read_tenant_filter(session, options.slugs).slugs);
  // A person has to see what the prompt is about; other formats are for programs, which get only the outcome.
  const bool table = session.format() == OutputFormat::table;
  if (table && !all.empty()) write(session, all);
  const Consent consent = require_consent_to_purge(session, all);
  if (consent == Consent::granted || consent == Consent::ask) remove_all(platform, all);
  if (!table) write(session, all);
  FleetReport report;
  for (const Purged& one : all) {
    if (one.error) report.failures.push_back({one.leftover.name, *one.error});
    if (one.removed) ++report.unchanged;  // throw_failures() compares this with the failures
  }
  if (consent == Consent::rehearse) {
    session.terminal().info(
        "dry run: " + (all.empty() ? "nothing would be removed" : count_kinds(all) + " would be removed") +
        "; nothing was done");
  } else {
    session.terminal().info(report.unchanged == 0 ? "nothing was removed"
                                                  : counted(report.unchanged, "leftover") + " removed");
  }
  throw_failures(report, Reported::no);
}

}  // namespace

Command tenant_purge_command() {
  return command<PurgeTenants>("purge", "drop tenants whose hold has expired, and remove other leftovers", run)
      .describe(R"(
Drops the database, the database roles and the storage of each tenant that is held for deletion and whose hold has
expired. Without SLUG, --tenant and --match, it also drops template databases of former versions and of interrupted
runs, removes temporary files that killed runs left beside the platform's key, in the archive and in the Maildir, and
ends sessions of 'tenant connect' that have expired. 'tenant doctor' lists all of these and removes nothing.

Lists what would be removed, and prompts; without a terminal, --yes is required. A tenant that was resumed, or whose
hold was extended, is kept. The systemd timer acctl-purge.timer runs this command every day.

With --remains it also drops whatever exists of deleted tenants, such as a database or a storage folder that was
restored from a backup. No other command touches those.)")
      .argument("[SLUG...]", "tenants to drop (default: all whose hold has expired, and other leftovers)",
                &PurgeTenants::slugs)
      .values(Values::tenants)
      .option("--remains", "also drop what exists of tenants that are already deleted", &PurgeTenants::remains)
      .example("acctl tenant purge --dry-run", "List what would be removed.")
      .example("acctl tenant purge --yes", "Remove it without a prompt, from a timer or a script.")
      .example("acctl tenant purge acme", "Drop one tenant whose hold has expired.");
}

}  // namespace acctl
