// tenant purge: what stays behind goes.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands/reports/change_text.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/tenants/leftovers.hpp"

namespace acctl {

namespace {

struct PurgeOptions {
  std::vector<std::string> slugs;
  bool remains = false;
};

// A leftover and what became of it.
struct Purged {
  Leftover leftover;
  bool removed = false;
  std::optional<Error> error = {};
};

std::vector<Purged> find(Session& session, Platform& platform, const PurgeOptions& options) {
  TenantFilter filter = filter_of(session);
  if (!options.slugs.empty() && session.given("--tenant")) {
    throw Error(ErrorKind::invalid, "SLUG and --tenant both name tenants", "Use one of them.");
  }
  if (!options.slugs.empty()) filter.slugs = options.slugs;
  for (const std::string& slug : filter.slugs) require_tenant(platform, slug);
  const bool whole = filter.slugs.empty() && session.settings().match.empty();
  std::vector<Leftover> all = ended_holds(list_tenants(platform, filter));
  if (options.remains) {
    for (Leftover& one : remains_of_deleted(platform)) {
      if (whole || std::ranges::find(filter.slugs, one.tenant) != filter.slugs.end()) all.push_back(std::move(one));
    }
  }
  if (whole) std::ranges::move(old_templates_and_files(platform), std::back_inserter(all));
  std::vector<Purged> found;
  for (Leftover& one : all) found.push_back({.leftover = std::move(one)});
  return found;
}

void write(Session& session, const std::vector<Purged>& all) {
  RecordWriter out = session.records(Shape::many, {{"KIND", "/kind"}, {"NAME", "/name"}, {"DETAIL", "/detail"}});
  for (const auto& [leftover, removed, error] : all) {
    using Json = nlohmann::ordered_json;
    out.add({{"kind", to_string(leftover.kind)},
             {"name", leftover.name},
             {"tenant", leftover.tenant.empty() ? Json() : Json(leftover.tenant)},
             {"detail", leftover.detail},
             {"removed", removed},
             {"error", error ? Json(error->what()) : Json()}});
  }
  out.finish();
}

// "2 tenants whose hold is over, 1 template database"
std::string counted_kinds(const std::vector<Purged>& all) {
  std::vector<std::string> parts;
  const auto add = [&](Leftover::Kind kind, const std::string& one, const std::string& many) {
    const auto count = std::ranges::count_if(all, [&](const Purged& each) { return each.leftover.kind == kind; });
    if (count > 0) parts.push_back(std::to_string(count) + " " + (count == 1 ? one : many));
  };
  add(Leftover::Kind::hold, "tenant whose hold is over", "tenants whose hold is over");
  add(Leftover::Kind::remains, "tenant that is deleted already", "tenants that are deleted already");
  add(Leftover::Kind::template_database, "old template database", "old template databases");
  add(Leftover::Kind::file, "temporary file", "temporary files");
  return joined(parts);
}

Consent consent_to(Session& session, const std::vector<Purged>& all) {
  Outlook outlook{.takes_away = true};
  for (const auto& [leftover, removed, error] : all) {
    if (leftover.tenant.empty()) outlook.elsewhere = true;
    if (!leftover.tenant.empty()) outlook.changing.push_back(leftover.tenant);
  }
  return require_consent(
      session, outlook, AskedBy::words, "Do you want to remove " + counted_kinds(all) + "? Nothing brings them back.",
      [&] {
        for (const Purged& one : all) {
          session.terminal().show("  " + escaped(one.leftover.name + ": " + one.leftover.detail) + "\n");
        }
      });
}

// One that fails stops no other.
void remove_all(Platform& platform, std::vector<Purged>& all) {
  for (Purged& one : all) {
    try {
      one.removed = remove_leftover(platform, one.leftover);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
      one.error = error;
    }
  }
}

int purge(Session& session, const PurgeOptions& options) {
  Platform platform = open_platform(session);
  std::vector<Purged> all = find(session, platform, options);
  // What is asked about has to be seen; other formats are for programs, which get the outcome alone.
  const bool table = session.format() == OutputFormat::table;
  if (table && !all.empty()) write(session, all);
  const Consent consent = consent_to(session, all);
  if (consent == Consent::granted || consent == Consent::ask) remove_all(platform, all);
  if (!table) write(session, all);
  FleetReport report;
  for (const Purged& one : all) {
    if (one.error) report.failures.push_back({one.leftover.name, *one.error});
    if (one.removed) ++report.unchanged;  // what throw_failures() counts as no failure
  }
  if (consent == Consent::rehearse) {
    session.terminal().info(
        "dry run: " + (all.empty() ? "nothing would be removed" : counted_kinds(all) + " would be removed") +
        "; nothing was done");
  } else {
    session.terminal().info(report.unchanged == 0 ? "nothing was removed"
                                                  : counted(report.unchanged, "leftover") + " removed");
  }
  throw_failures(report, Reported::no);
  return 0;
}

}  // namespace

Command tenant_purge_command() {
  auto options = std::make_shared<PurgeOptions>();
  return {
      .name = "purge",
      .summary = "drop tenants whose hold is over, and remove what else stayed behind",
      .description =
          "Drops the database, the database roles and the storage of each tenant that is held for deletion and whose "
          "hold is over. Without SLUG, --tenant and --match it also drops template databases of former versions and "
          "of "
          "interrupted runs, and removes temporary files that killed runs left beside the platform's key and in the "
          "Maildir. 'tenant doctor' names all of it and removes nothing.\n\n"
          "Lists what would be removed, and asks; off a terminal --yes is needed. What was resumed, or is held for "
          "longer, stays. The systemd timer acctl-purge.timer runs it every day.\n\n"
          "With --remains it also drops what exists of tenants that are deleted already, such as a database or a "
          "storage folder that was restored from a backup. Nothing else ever touches those.",
      .arguments = {{.name = "SLUG",
                     .help = "the tenants whose hold is over; without it all of them, and everything else",
                     .target = &options->slugs,
                     .required = false,
                     .values = Values::tenants}},
      .options = {{.name = "--remains",
                   .value = "",
                   .help = "also drop what exists of tenants that are deleted already",
                   .target = &options->remains}},
      .examples = {{"acctl tenant purge --dry-run", "List what would be removed."},
                   {"acctl tenant purge --yes", "Remove it, from a timer or a script."},
                   {"acctl tenant purge acme", "One tenant alone, when its hold is over."}},
      .run = [options](Session& session) { return purge(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
