#include "commands/tenant/reports.hpp"

#include <nlohmann/json.hpp>

#include "commands/shared/delivery.hpp"

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
                                                  {"seats as of", "/seats/as_of"},
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

void send_first_messages(Session& session, const Platform& platform,
                         const std::vector<const ProvisionResult*>& results) {
  std::vector<const Tenant*> tenants;
  QueuedBy by = QueuedBy::earlier_run;
  for (const ProvisionResult* result : results) {
    const bool fresh = result->how != Provisioned::unchanged;
    if (fresh) by = QueuedBy::this_run;
    if (fresh || result->mail_waits) tenants.push_back(&result->tenant);
  }
  deliver_now(session, platform, tenants, "", by);
}

void report_status(Session& session, const Tenant& tenant, bool changed, const std::string& participle) {
  if (session.settings().dry_run) {
    session.terminal().info("dry run: tenant " + tenant.slug + " is " + tenant.status +
                            (changed ? " and would be " + participle : " and would stay as it is") +
                            "; nothing was done");
    return;
  }
  const std::string until = tenant.hold_until ? "; its database is held until " + *tenant.hold_until : "";
  session.terminal().info("tenant " + tenant.slug + " is " + tenant.status + until +
                          (changed ? "" : "; nothing changed"));
}

std::string describe_tenant(const Tenant& tenant) {
  return "tenant " + tenant.slug + " (" + tenant.name + ", plan " + tenant.plan + ", " +
         std::to_string(tenant.seats_used) + (tenant.seats_used == 1 ? " user" : " users") + ")";
}

StepListener show_steps(Session& session) {
  return [&session](const std::string& slug, std::string_view step) {
    session.terminal().verbose(slug + ": " + std::string(step));
  };
}

}  // namespace acctl
