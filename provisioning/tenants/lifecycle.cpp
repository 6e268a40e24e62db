#include "provisioning/tenants/lifecycle.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/plan/configuration_lock.hpp"
#include "provisioning/tenants/archive.hpp"
#include "provisioning/tenants/departures.hpp"
#include "provisioning/tenants/departures.sql.hpp"
#include "provisioning/tenants/export.hpp"
#include "provisioning/tenants/file_storage.hpp"
#include "provisioning/tenants/lifecycle.sql.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/visits.hpp"

namespace acctl {

namespace {

constexpr std::chrono::hours default_hold{30 * 24};

Error objection(const Tenant& tenant, const std::string& wish) {
  return Error(ErrorKind::conflict, "tenant " + tenant.slug + " is " + tenant.status + " and cannot be " + wish,
               "See 'acctl tenant status " + tenant.slug + "'.");
}

Connection& open_server(Platform& platform, const Tenant& tenant) {
  return platform.server(tenant.server, tenant.server_dsn);
}

LifecycleResult changed(Platform& platform, const Tenant& tenant) {
  return {require_tenant(platform, tenant.slug), true};
}

// The same, with where the export of the deletion is.
LifecycleResult with_archive(Platform& platform, LifecycleResult result) {
  if (const auto kept = find_last_export(platform, result.tenant.id, result.tenant.slug)) {
    result.kept = kept->words;
    result.export_id = kept->id;
  }
  return result;
}

// Whether shut_writers_out() has been here since the last run; also if the database cannot be entered.
bool writers_are_out(Platform& platform, const Tenant& tenant) {
  try {
    return enter(platform, tenant)->query(sql::fence_epoch).integer(0, 0) >= tenant.epoch;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    return true;
  }
}

// Stops other runs that are about to commit: waits for the one that writes, and later ones find the epoch of this run.
// Its epoch has to be taken when the registry has the new status already: whoever saw the old one has an earlier epoch.
// A database that cannot be entered has nobody to be shut out of it, and must not keep its tenant from being suspended.
void shut_writers_out(Platform& platform, const Tenant& tenant) {
  try {
    const auto database = enter(platform, tenant);
    Transaction transaction(database);
    lock_configuration(transaction);
    transaction.query(sql::fence_tenant, {tenant.id, tenant.epoch});
    transaction.commit();
  } catch (const Error& error) {
    // Thrown if a run writes for longer than we wait; the door's own errors mean that there is nobody to stop.
    const bool waited = error.kind() == ErrorKind::locked && dynamic_cast<const SqlError*>(&error) != nullptr;
    if (error.kind() == ErrorKind::interrupted || waited) throw;
  }
}

// Why a tenant that nothing is left of, or whose database is not its own, does not come back.
Error database_is_missing(const Tenant& tenant, const ServerFacts& facts) {
  const std::string restore =
      "Restore its database from a backup, then run the command again; see acctl-operations(7).";
  if (facts.database == DatabaseState::foreign) {
    return {ErrorKind::conflict, "database '" + tenant.database + "' is not that of tenant " + tenant.slug,
            restore + " If it was restored without its comment, 'acctl tenant doctor " + tenant.slug +
                "' says how to give it back."};
  }
  if (facts.database != DatabaseState::absent || facts.quarantine != DatabaseState::absent) {
    return {ErrorKind::conflict,
            "the database of tenant " + tenant.slug + " is incomplete: dropping it was interrupted", restore};
  }
  if (tenant.status == "suspended") {
    return {ErrorKind::conflict, "the database of tenant " + tenant.slug + " does not exist", restore};
  }
  return {ErrorKind::conflict, "the database of tenant " + tenant.slug + " has already been dropped",
          "Finish the deletion: acctl tenant delete " + tenant.slug + " --confirm " + tenant.slug + " --hold 0"};
}

// Takes the database out of reach; whatever was done before is left as it is.
void put_into_quarantine(Platform& platform, const Tenant& tenant) {
  Connection& server = open_server(platform, tenant);
  const TenantNames names = tenant.names();
  const ServerFacts facts = look_at_server(server, names, "");
  if (facts.app_role) lock_application_out(server, names);
  if (facts.database != DatabaseState::present || !facts.owner_role) return;
  keep_held_people(platform, tenant);
  quarantine_database(server, names);
}

void tear_down(Platform& platform, const Tenant& tenant) {
  Connection& server = open_server(platform, tenant);
  drop_tenant(server, tenant.names(), look_at_server(server, tenant.names(), ""));
  if (!tenant.storage.empty()) remove_storage(tenant.storage);
  Transaction transaction(platform.control());
  if (transaction.query(sql::finish_deletion, {tenant.id, tenant.epoch, platform.actor().run}).empty())
    throw_overtaken(tenant);
  nlohmann::json before = {{"status", "deprovisioning"}, {"subscription", tenant.subscription}};
  if (tenant.trial_ends_at) before["trial_ends_at"] = *tenant.trial_ends_at;
  record_audit(transaction, platform, tenant, "tenant.delete", "done", before.dump(),
               R"({"status": "deleted", "subscription": "canceled"})");
  transaction.commit();
}

struct KeptExport {
  std::string document;
  std::optional<DataDump> data;
};

// With data the application is locked out first: nothing may be written between the dump and the hold. If the dump
// fails, an active tenant goes on.
DataDump dump_for_archive(Platform& platform, const Tenant& tenant, const DeleteRequest& request) {
  Connection& server = open_server(platform, tenant);
  if (look_at_server(server, tenant.names(), "").app_role) lock_application_out(server, tenant.names());
  try {
    return dump_data(platform, tenant, archive_file(platform, tenant.id, tenant.epoch), request.interrupted);
  } catch (const Error&) {
    if (tenant.status == "active" && platform.control().usable()) {
      let_application_in(open_server(platform, tenant), tenant.names());
    }
    throw;
  }
}

KeptExport make_export(Platform& platform, const Tenant& tenant, const DeleteRequest& request) {
  KeptExport kept;
  ExportScope scope{.only = {}, .identity = true};
  if (request.with_data) {
    kept.data = dump_for_archive(platform, tenant, request);
    scope.comment = data_comment(*kept.data);
  }
  kept.document = export_tenant(platform, tenant, scope);
  return kept;
}

// A database that is lost must not keep its tenant from being deleted.
KeptExport export_or_way_out(Platform& platform, const Tenant& tenant, const DeleteRequest& request) {
  try {
    return make_export(platform, tenant, request);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
    throw Error(error.kind(), "tenant " + tenant.slug + " cannot be exported: " + error.what(),
                "Fix the cause, or delete it without an export: --no-export.");
  }
}

// The registry is not trusted here: an interrupted run leaves the login in another state.
bool application_can_log_in(Platform& platform, const Tenant& tenant) {
  return look_at_server(open_server(platform, tenant), tenant.names(), "").app_can_login;
}

bool is_in_reach(Platform& platform, const Tenant& tenant) {
  return look_at_server(open_server(platform, tenant), tenant.names(), "").database == DatabaseState::present;
}

// The door was put right, the status was right already.
void record_repaired_door(Platform& platform, const Tenant& tenant) {
  Transaction transaction(platform.control());
  record_audit(transaction, platform, tenant, "tenant.repair", "done", "", R"({"check": "login"})");
  transaction.commit();
}

// Access that was removed in the meantime must be gone before anybody can sign in again; an older copy of the database
// would bring back what was removed before.
std::vector<std::string> end_access_before_opening(Platform& platform, const Tenant& tenant) {
  std::string what;
  try {
    require_newest(platform, tenant);
    what = "access that people lost in the meantime could not be removed there: ";
    return end_deferred_access(platform, tenant, "tenant resume");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
    if (tenant.status != "suspended") {
      set_tenant_status(platform, tenant, "suspended", "deprovisioning", "tenant.suspend");
    }
    throw Error(error.kind(), "tenant " + tenant.slug + " stays suspended: " + what + error.what(),
                (error.hint().empty() ? "" : error.hint() + " ") + "Then: acctl tenant resume " + tenant.slug);
  }
}

LifecycleResult suspend(Platform& platform, const std::string& slug, Mode mode, bool filling) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  if (tenant.status == "suspended") {
    // A run that was killed after it set the status has not stopped the writers.
    const bool open = application_can_log_in(platform, tenant);
    const bool written = !writers_are_out(platform, tenant);
    if (mode == Mode::perform) {
      if (open) lock_application_out(open_server(platform, tenant), tenant.names());
      if (written) begin_run(platform, tenant);
      if (written) shut_writers_out(platform, tenant);
      if (open && !filling) record_repaired_door(platform, tenant);
    }
    return {std::move(tenant), open || written};
  }
  if (tenant.status != "active") throw objection(tenant, "suspended");
  // A role of its name that is not the tenant's is left alone; without a role there is nobody to lock out.
  const bool has_application = look_at_server(open_server(platform, tenant), tenant.names(), "").app_role;
  if (mode == Mode::rehearse) return {std::move(tenant), true};
  begin_run(platform, tenant);
  // Locked out before the registry says so: it must never report a lockout that does not hold.
  if (has_application) lock_application_out(open_server(platform, tenant), tenant.names());
  set_tenant_status(platform, tenant, "suspended", "active", "tenant.suspend");
  begin_run(platform, tenant);
  shut_writers_out(platform, tenant);
  return changed(platform, tenant);
}

void require_filled(const Tenant& tenant) {
  if (tenant.unfinished.empty()) return;
  const bool restore = tenant.unfinished == "restore";
  throw Error(ErrorKind::conflict,
              "tenant " + tenant.slug + " is not " + (restore ? "restored" : "configured") + " completely",
              "Run the same '" + filling_command(tenant) + "' again, or delete what there is: acctl tenant delete " +
                  tenant.slug + " --confirm " + tenant.slug + " --no-export --hold 0");
}

LifecycleResult resume(Platform& platform, const std::string& slug, Mode mode, bool filled) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  if (tenant.status == "suspended" && !filled) require_filled(tenant);
  if (tenant.status == "active") {
    const bool shut = !application_can_log_in(platform, tenant);
    if (shut) require_newest(platform, tenant);
    if (shut && mode == Mode::perform) {
      let_application_in(open_server(platform, tenant), tenant.names());
      record_repaired_door(platform, tenant);
    }
    return {std::move(tenant), shut};
  }
  if (tenant.status != "suspended" && tenant.status != "deprovisioning") {
    throw objection(tenant, "resumed");
  }
  if (!tenant.activated_at) {
    throw Error(
        ErrorKind::conflict, "tenant " + slug + " was never active: there is nothing to resume",
        "Finish the deletion, then create it again: acctl tenant delete " + slug + " --confirm " + slug + " --hold 0");
  }
  if (mode == Mode::rehearse) {
    if (tenant.status == "suspended" && is_in_reach(platform, tenant)) require_newest(platform, tenant);
    return {std::move(tenant), true};
  }
  begin_run(platform, tenant);
  Connection& server = open_server(platform, tenant);
  const ServerFacts facts = look_at_server(server, tenant.names(), "");
  if (facts.quarantine == DatabaseState::present && facts.database != DatabaseState::absent) {
    throw Error(ErrorKind::conflict, "the server now has another database '" + tenant.database + "'",
                "Rename that database, then run the command again.");
  }
  if (facts.quarantine == DatabaseState::present) restore_database(server, tenant.names());
  if (facts.database == DatabaseState::present && !facts.open) {
    // A deletion was interrupted when it had closed the door and not yet renamed the database.
    open_tenant_database(server, tenant.names());
  }
  if (facts.quarantine != DatabaseState::present && facts.database != DatabaseState::present) {
    throw database_is_missing(tenant, facts);
  }
  // Canceling a deletion does not end the suspension before it.
  const bool stays_suspended = tenant.status == "deprovisioning" && tenant.status_before == "suspended";
  std::vector<std::string> ended;
  if (!stays_suspended) {
    ended = end_access_before_opening(platform, tenant);
    let_application_in(server, tenant.names());
  }
  Transaction transaction(platform.control());
  transaction.query(sql::forget_held_people, {tenant.id});
  set_tenant_status(transaction, platform, tenant, stays_suspended ? "suspended" : "active", "suspended deprovisioning",
                    "tenant.resume");
  transaction.commit();
  LifecycleResult result = changed(platform, tenant);
  result.ended = std::move(ended);
  return result;
}

}  // namespace

LifecycleResult suspend_tenant(Platform& platform, const std::string& slug, Mode mode) {
  return suspend(platform, slug, mode, false);
}

LifecycleResult shut_unfinished_tenant(Platform& platform, const std::string& slug) {
  return suspend(platform, slug, Mode::perform, true);
}

LifecycleResult resume_tenant(Platform& platform, const std::string& slug, Mode mode) {
  return resume(platform, slug, mode, false);
}

LifecycleResult open_filled_tenant(Platform& platform, const std::string& slug) {
  return resume(platform, slug, Mode::perform, true);
}

bool drops_now(const Tenant& tenant, const DeleteRequest& request) {
  if (request.hold) return request.hold->count() == 0;
  return tenant.status == "deprovisioning" && tenant.hold_is_over;
}

LifecycleResult delete_tenant(Platform& platform, const DeleteRequest& request, Mode mode) {
  const TenantLock lock(platform, request.slug);
  Tenant tenant = require_tenant(platform, request.slug);
  if (tenant.status == "deleted") return with_archive(platform, {std::move(tenant), false});
  const bool held = tenant.status == "deprovisioning";
  const bool drop_now = drops_now(tenant, request);
  // A run that was killed after its first step has not renamed the database.
  const bool half_held = held && !drop_now && is_in_reach(platform, tenant);
  const bool changes = !held || request.hold || drop_now || half_held;
  if (!changes) return with_archive(platform, {std::move(tenant), false});
  if (mode == Mode::rehearse) return {std::move(tenant), true};
  begin_run(platform, tenant);
  if (!held) {
    // As long as their roles can be reached in the database.
    end_visits(platform, tenant);
    const bool exporting = request.keep_export && tenant.schema_version > 0;
    const KeptExport kept = exporting ? export_or_way_out(platform, tenant, request) : KeptExport{};
    Transaction transaction(platform.control());
    set_tenant_status(transaction, platform, tenant, "deprovisioning", "active suspended failed provisioning",
                      "tenant.deprovision", request.hold.value_or(default_hold));
    if (exporting) keep_export(transaction, tenant, kept.document, kept.data);
    transaction.commit();
    tenant.status = "deprovisioning";
  }
  const bool other_hold = held && request.hold && !drop_now;
  if (other_hold) {
    Transaction transaction(platform.control());
    set_tenant_status(transaction, platform, tenant, "deprovisioning", "deprovisioning", "tenant.hold", *request.hold);
    transaction.commit();
  }
  put_into_quarantine(platform, tenant);
  if (drop_now) tear_down(platform, tenant);
  return with_archive(platform, changed(platform, tenant));
}

LifecycleResult purge_tenant(Platform& platform, const std::string& slug) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  if (tenant.status != "deprovisioning" || !tenant.hold_is_over) return {std::move(tenant), false};
  begin_run(platform, tenant);
  put_into_quarantine(platform, tenant);
  tear_down(platform, tenant);
  return changed(platform, tenant);
}

}  // namespace acctl
