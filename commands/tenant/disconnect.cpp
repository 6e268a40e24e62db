#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/tenants/visits.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct DisconnectTenants {
  std::vector<std::string> slugs;
};

struct Disconnected {
  Visit visit;
  std::string outcome;
  std::optional<Error> error = {};
};

// The tenants that are named; none for --all.
std::vector<Tenant> named_tenants(Session& session, Platform& platform, const DisconnectTenants& options) {
  const TenantFilter filter = read_tenant_filter(session, options.slugs);
  const bool narrowed = !filter.slugs.empty() || !session.settings().match.empty();
  if (!narrowed && !session.settings().all) {
    throw Error(ErrorKind::invalid, "no tenant is selected", "Select tenants by SLUG, --match or --all.");
  }
  if (!narrowed) return {};
  refuse_unknown_names(platform, filter);
  require_tenants(platform, filter.slugs);
  std::vector<Tenant> tenants = list_tenants(platform, filter);
  if (tenants.empty()) throw Error(ErrorKind::invalid, "no tenants match", "See 'acctl tenant list'.");
  return tenants;
}

void write(Session& session, const std::vector<Disconnected>& all) {
  RecordWriter out = session.records(
      Shape::many, {"TENANT", "ACTOR", "WRITE", {"OPENED", "/opened_at"}, "UNTIL", "REASON", "OUTCOME"});
  for (const auto& [visit, outcome, error] : all) {
    out.add({{"tenant", visit.tenant},
             {"actor", visit.actor},
             {"role", visit.role},
             {"write", visit.writes},
             {"reason", visit.reason},
             {"run", visit.run},
             {"opened_at", visit.opened_at},
             {"until", visit.until},
             {"outcome", outcome},
             {"error", error ? Json(error->what()) : Json()}});
  }
  out.finish();
}

// A failure does not stop the others.
void end_all(Platform& platform, std::vector<Disconnected>& all) {
  for (Disconnected& one : all) {
    const auto failure = platform.catch_failure([&] {
      one.outcome = end_visit(platform, one.visit, VisitEnd::disconnected) ? "disconnected" : "ended already";
    });
    if (failure) {
      one.outcome = "failed";
      one.error = *failure;
    }
  }
}

void run(Session& session, const DisconnectTenants& options) {
  Platform platform = open_platform(session);
  std::vector<Disconnected> all;
  Outlook outlook{.takes_away = true};
  for (Visit& visit : open_visits(platform, named_tenants(session, platform, options))) {
    outlook.changing.push_back(visit.tenant);
    all.push_back({.visit = std::move(visit), .outcome = "open"});
  }
  const Consent consent = require_consent(
      session, outlook, AskedBy::words, "Do you want to end " + counted(all.size(), "session") + " of staff?", [&] {
        for (const Disconnected& one : all) {
          session.terminal().show("  " +
                                  escaped(one.visit.tenant + ": " + one.visit.actor + ", until " + one.visit.until +
                                          ": " + one.visit.reason) +
                                  "\n");
        }
      });
  if (consent == Consent::granted || consent == Consent::ask) end_all(platform, all);
  write(session, all);
  FleetReport report;
  for (const Disconnected& one : all) {
    if (one.error) report.failures.push_back({one.visit.tenant, *one.error});
    report.unchanged += one.error ? 0 : 1;
  }
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run: " + counted(all.size(), "session") + " would be ended; nothing was done");
  } else if (all.empty()) {
    session.terminal().info("no session of staff is open");
  }
  throw_failures(report, Reported::no);
}

}  // namespace

Command tenant_disconnect_command() {
  return command<DisconnectTenants>("disconnect", "end the sessions that staff have opened in tenants", run)
      .describe(R"(
Ends what 'tenant connect' has opened, by whomever: the sessions are terminated, and their database roles dropped. Also
removes what is left of a 'tenant connect' that was killed. With --dry-run, open sessions are listed and none is ended.
Prompts first; without a terminal, --yes is required.)")
      .argument("[SLUG...]", "tenants whose sessions end (default: those of --tenant, --match or --all)",
                &DisconnectTenants::slugs)
      .values(Values::tenants)
      .example("acctl tenant disconnect acme --yes", "End all sessions of staff in one tenant.")
      .example("acctl tenant disconnect --all --dry-run", "List who is connected where.");
}

}  // namespace acctl
