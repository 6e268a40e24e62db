#include "commands/tenant/reports.hpp"

#include <nlohmann/json.hpp>

#include "cli/remarks.hpp"
#include "commands/shared/delivery.hpp"
#include "provisioning/delivery/outbox.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

const std::vector<Column>& entry_columns() {
  static const std::vector<Column> all = {"slug",
                                          "name",
                                          "status",
                                          {"held until", "/hold_until"},
                                          "plan",
                                          "subscription",
                                          {"trial ends", "/trial_ends_at"},
                                          "enterprise",
                                          "labels",
                                          {"seats used", "/seats/used"},
                                          {"seats limit", "/seats/limit"},
                                          {"seats as of", "/seats/as_of"},
                                          {"host names", "/resources/hostnames"},
                                          {"support address", "/resources/support_address"},
                                          "server",
                                          "database",
                                          {"storage", "/resources/storage"},
                                          "pack",
                                          "schema version",
                                          {"created", "/created_at"},
                                          {"activated", "/activated_at"},
                                          "notes"};
  return all;
}

const std::vector<Column>& use_columns() {
  static const std::vector<Column> all = {{"projects used", "/use/projects"},
                                          {"projects limit", "/limits/projects"},
                                          {"storage used (bytes)", "/use/storage_bytes"},
                                          {"storage limit (bytes)", "/limits/storage_bytes"},
                                          "features",
                                          {"own limits", "/overrides/limits"},
                                          {"own features", "/overrides/features"},
                                          "unverified domains",
                                          {"contact", "/admin/email"},
                                          "manager"};
  return all;
}

// A line without a value is left out of a table, and no limit is not the same as none that is known.
void say_unlimited(nlohmann::ordered_json& limits) {
  for (auto& [name, limit] : limits.items()) {
    if (limit.is_null()) limit = "none";
  }
}

// The record as the session's format has it.
nlohmann::ordered_json to_record(const Session& session, const Tenant& tenant) {
  nlohmann::ordered_json record = to_json(tenant);
  if (session.format() != OutputFormat::table) return record;
  record["status"] = describe_status(tenant);
  say_unlimited(record["limits"]);
  if (record["overrides"].contains("limits")) say_unlimited(record["overrides"]["limits"]);
  if (record["seats"]["limit"].is_null()) record["seats"]["limit"] = "none";
  return record;
}

}  // namespace

void write_tenant(Session& session, const Tenant& tenant) {
  session.write_record(entry_columns(), to_record(session, tenant));
}

void write_tenant(Session& session, const Tenant& tenant, const nlohmann::ordered_json& more) {
  write_tenant(session, tenant, more, use_columns());
}

void write_tenant(Session& session, const Tenant& tenant, const nlohmann::ordered_json& more,
                  const std::vector<Column>& columns) {
  std::vector<Column> all = entry_columns();
  all.insert(all.end(), columns.begin(), columns.end());
  nlohmann::ordered_json record = to_record(session, tenant);
  record.update(more);
  session.write_record(all, record);
}

void tell_reserved_domains(Session& session, const std::vector<const TenantRequest*>& requests) {
  Remarks remarks(session.terminal(), Remarks::Tone::info);
  for (const TenantRequest* request : requests) {
    if (request->domain.empty()) continue;
    remarks.say("domain " + request->domain + " is reserved for tenant " + request->slug +
                " and not published until it is verified: acctl tenant edit " + request->slug + " --domain " +
                request->domain);
  }
}

void tell_first_messages(Session& session, const std::vector<const ProvisionResult*>& results) {
  MessageTotals messages;
  for (const ProvisionResult* result : results) {
    // Nothing leaves a tenant that is not filled yet.
    if (result->tenant.status != "suspended") messages.invitations += static_cast<std::size_t>(result->invitations);
  }
  tell_messages(session, messages);
}

void tell_queued_messages(Session& session, const Platform& platform, const Tenant& tenant) {
  const TenantSession database = enter(platform, tenant);
  const std::string status = session.settings().no_mail ? "held" : "queued";
  tell_messages(session, {.invitations = list_mails(database, status, "").size()});
}

Error stays_suspended(const Error& error, const std::string& slug, const std::string& participle) {
  return {error.kind(), error.what(),
          (error.hint().empty() ? "" : error.hint() + " ") + "Tenant " + slug +
              " stays suspended until the same command has " + participle + " it.",
          error.diagnostics()};
}

void send_first_messages(Session& session, const Platform& platform,
                         const std::vector<const ProvisionResult*>& results) {
  std::vector<const Tenant*> tenants;
  QueuedBy by = QueuedBy::earlier_run;
  for (const ProvisionResult* result : results) {
    if (result->tenant.status == "suspended") continue;
    const bool fresh = result->how != Provisioned::unchanged;
    if (fresh) by = QueuedBy::this_run;
    if (fresh || result->mail_waits) tenants.push_back(&result->tenant);
  }
  deliver_now(session, platform, tenants, "", by);
}

void report_status(Session& session, const Tenant& tenant, bool changed, const std::string& participle) {
  if (session.settings().dry_run) {
    session.terminal().info("dry run: tenant " + tenant.slug + " is " + describe_status(tenant) +
                            (changed ? " and would be " + participle : " and would stay as it is") +
                            "; nothing was done");
    return;
  }
  const std::string until = tenant.hold_until ? "; its database is held until " + *tenant.hold_until : "";
  session.terminal().info("tenant " + tenant.slug + " is " + describe_status(tenant) + until +
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
