#include "provisioning/tenants/doctor.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/tenants/departures.hpp"
#include "provisioning/tenants/doctor.sql.hpp"
#include "provisioning/tenants/enterprise_check.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/file_storage.hpp"
#include "provisioning/tenants/migrate.sql.hpp"
#include "provisioning/tenants/reservation.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_damage.hpp"

namespace acctl {

namespace {

class TenantExamination {
 public:
  TenantExamination(Platform& platform, const Tenant& tenant, Fix fix)
      : platform_(platform),
        tenant_(tenant),
        names_(tenant.names()),
        fix_(fix),
        server_(platform.server(tenant.server, tenant.server_dsn)) {}

  std::vector<Finding> run() {
    facts_ = look_at_server(server_, names_, "");
    if (tenant_.status == "provisioning" || tenant_.status == "failed") {
      unfinished();
    } else if (tenant_.status == "deprovisioning") {
      held();
    } else if (tenant_.status == "deleted") {
      gone();
    } else {
      in_use();
    }
    return std::move(findings_);
  }

 private:
  void found(const std::string& check, const std::string& detail) {
    findings_.push_back({tenant_.slug, check, detail, false, false});
  }

  // Something that `repair` puts right.
  template <class Repair>
  void fixable(const std::string& check, const std::string& detail, Repair repair) {
    findings_.push_back({tenant_.slug, check, detail, true, false});
    if (fix_ == Fix::no) return;
    findings_.back().fixed = true;
    repair();
    if (!findings_.back().fixed) return;
    Transaction transaction(platform_.control());
    record_audit(transaction, platform_, tenant_, "tenant.repair", "done", "",
                 nlohmann::json{{"check", check}, {"found", detail}}.dump());
    transaction.commit();
  }

  void unfinished() {
    if (const auto departed = departed_admin(platform_, tenant_)) {
      found("admins", std::string(departed->what()) + ". " + departed->hint());
      return;
    }
    for (const StepRecord& step : tenant_.steps) {
      if (step.status == "done") continue;
      found("steps", "step " + step.name + " is " + step.status + (step.error ? ": " + *step.error : "") +
                         "; run 'acctl tenant retry " + tenant_.slug + "'");
      return;
    }
    found("steps", "was not activated; run 'acctl tenant retry " + tenant_.slug + "'");
  }

  void held() {
    if (facts_.database == DatabaseState::present) {
      fixable("database", "is still accessible although the tenant is held for deletion", [&] {
        if (facts_.app_role) lock_application_out(server_, names_);
        keep_held_people(platform_, tenant_);
        quarantine_database(server_, names_);
      });
    }
    if (tenant_.hold_is_over) {
      findings_.push_back({.tenant = tenant_.slug,
                           .check = "hold",
                           .detail = "is held for deletion, and the hold is over; 'acctl tenant purge' drops it",
                           .leftover = true});
    } else if (facts_.quarantine == DatabaseState::foreign ||
               (facts_.quarantine == DatabaseState::absent && facts_.database == DatabaseState::foreign)) {
      found("database", "is not there: the database of that name is not the tenant's; restore it from a backup");
    } else if (facts_.quarantine == DatabaseState::absent && facts_.database == DatabaseState::absent) {
      found("database",
            "is gone before its hold is over; restore it from a backup, or finish with 'acctl tenant delete " +
                tenant_.slug + " --confirm " + tenant_.slug + " --hold 0'");
    }
  }

  void gone() {
    const auto remains = [](DatabaseState state) {
      return state == DatabaseState::present || state == DatabaseState::unfinished || state == DatabaseState::broken;
    };
    if (remains(facts_.database) || remains(facts_.quarantine))
      found("database", "exists although the tenant is deleted; 'acctl tenant purge --remains' drops it");
  }

  void in_use() {
    if (!tenant_.unfinished.empty()) {
      found("steps", "is not filled completely (" + tenant_.unfinished + "); run the same '" +
                         filling_command(tenant_) + "' again");
    }
    check_names();
    check_storage();
    if (is_unmarked()) return check_unmarked();
    if (facts_.database != DatabaseState::present || !facts_.open) {
      found("database", database_problem());
      return;
    }
    check_roles();
    check_inside();
  }

  // A restore into a new database leaves it without the comment that marks it as the tenant's; commands that ask the
  // server for it do not find it then, those that only enter it do.
  bool is_unmarked() const {
    if (facts_.database != DatabaseState::foreign && facts_.database != DatabaseState::unfinished) return false;
    try {
      return door_facts(*enter_unchecked(platform_, tenant_)).tenant == tenant_.id;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      return false;  // that it cannot be entered is one more problem of it, not another one
    }
  }

  // Nothing is put right in it before a person has marked it.
  void check_unmarked() {
    found("database", "database '" + tenant_.database +
                          "' is not the tenant's by its comment, but by what it holds, as a restore without the "
                          "comment leaves it; as its owner, run COMMENT ON DATABASE \"" +
                          tenant_.database + "\" IS '" + names_.mark + "'");
    const auto database = enter_unchecked(platform_, tenant_);
    if (door_facts(*database).migrations.size() == tenant_migrations().size()) check_ledger(*database);
  }

  std::string database_problem() const {
    const std::string name = "database '" + tenant_.database + "' ";
    if (facts_.quarantine == DatabaseState::present) return name + "is in quarantine as '" + names_.quarantine + "'";
    if (facts_.database == DatabaseState::foreign)
      return name + "is not the tenant's; restore the tenant's from a backup";
    if (facts_.database == DatabaseState::broken) return name + "is left over from an interrupted drop";
    if (facts_.database == DatabaseState::present) return name + "allows no connections";
    return name + "does not exist; restore it from a backup";
  }

  void check_names() {
    if (names_reserved(tenant_)) return;
    fixable("names", "host name, support address or storage is not reserved", [&] {
      reserve_names_again(platform_, tenant_);
      // A name that another tenant has meanwhile is not taken from it.
      findings_.back().fixed = names_reserved(require_tenant(platform_, tenant_.slug));
    });
  }

  void check_storage() {
    if (tenant_.storage.empty() || storage_exists(tenant_.storage)) return;
    fixable("storage", tenant_.storage + " does not exist (files that were in it are not restored)",
            [&] { create_storage(tenant_.storage); });
  }

  void check_roles() {
    const bool should_log_in = tenant_.status == "active";
    if (!facts_.app_role || !facts_.owner_role) {
      fixable("roles", "a database role of the tenant is missing",
              [&] { make_roles_again(server_, names_, facts_, should_log_in); });
      return;
    }
    if (facts_.owner_member) {
      fixable("roles", "acctl is a member of the tenant's owner role, left by an interrupted run",
              [&] { cease_owner(server_, names_); });
    }
    if (facts_.app_member) {
      fixable("roles", "acctl is a member of the application's role, left by an interrupted run",
              [&] { cease_application(server_, names_); });
    }
    for (const std::string& detail : role_damage(server_, names_)) found("roles", detail);
    if (facts_.app_can_login == should_log_in) return;
    if (should_log_in && lacks_runs()) {
      return found("login",
                   "the application is locked out although the tenant is active; it is let in by --fix once the "
                   "database is accepted");
    }
    fixable("login",
            should_log_in ? "the application is locked out although the tenant is active"
                          : "the application can log in although the tenant is suspended",
            [&] { should_log_in ? let_application_in(server_, names_) : lock_application_out(server_, names_); });
  }

  // Whether the database was restored from an older copy, in which people have access that was taken away since.
  bool lacks_runs() {
    try {
      require_newest(platform_, tenant_);
      return false;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::conflict) throw;
      return true;
    }
  }

  void check_inside() {
    const auto database = enter_unchecked(platform_, tenant_);
    const DoorFacts facts = door_facts(*database);
    for (const Objection& objection : objections(facts, tenant_)) {
      if (objection.check == "identity") {
        found("identity",
              objection.error.kind() == ErrorKind::locked
                  ? "the tenant has seen later runs than the registry: the control database was restored from an "
                    "older copy. Restore a newer one, or accept both as they are: acctl tenant doctor "
                    "--accept-restored " +
                        tenant_.slug
                  : std::string("the database says that it belongs to another tenant; restore the right one from a "
                                "backup"));
      } else if (objection.error.kind() == ErrorKind::conflict) {
        found("schema", objection.error.what());
      }
    }
    if (facts.tenant != tenant_.id) return;
    check_version(*database, static_cast<int>(facts.migrations.size()));
    if (facts.migrations.size() != tenant_migrations().size()) return;
    check_ledger(*database);
    check_rules(*database);
    for (const Damage& one : find_damage(platform_, tenant_, *database)) found(one.check, one.detail);
  }

  void check_version(Connection& database, int version) {
    const int head = static_cast<int>(tenant_migrations().size());
    if (version < tenant_.schema_version) {
      found("schema", "is at version " + std::to_string(version) + ", the registry says " +
                          std::to_string(tenant_.schema_version) + ": the database was restored from a backup");
    }
    const auto record = [&] {
      if (platform_.control().query(sql::set_schema_version, {tenant_.id, tenant_.epoch, head}).empty()) {
        throw_overtaken(tenant_);
      }
    };
    if (version == head && tenant_.schema_version < head) {
      fixable("schema",
              "is at version " + std::to_string(version) + ", the registry says " +
                  std::to_string(tenant_.schema_version) + ": its migration was interrupted",
              record);
    }
    if (version < head) {
      fixable("schema",
              "is at version " + std::to_string(version) + ", this acctl works with " + std::to_string(head) +
                  "; 'acctl tenant migrate' migrates it",
              [&] {
                migrate(database, tenant_migrations(), "pg_database_owner", tenant_.owner_role);
                write_entitlement(platform_, tenant_, database);
                record();
              });
    }
  }

  // What follows needs the schema of this acctl.
  void check_rules(Connection& database) {
    for (const std::string& detail : enterprise_contradictions(platform_, tenant_, database)) {
      found("enterprise", detail);
    }
    if (!has_entitlement(platform_, tenant_, database)) {
      fixable("plan", "its database has other limits or features than plan " + tenant_.plan + " gives",
              [&] { write_entitlement(platform_, tenant_, database); });
    }
    constexpr int most = 3;
    if (const auto overlong = find_overlong(database, most + 1); !overlong.empty()) {
      found("lengths", "longer than this acctl allows: " + enumerated(overlong, most) +
                           "; they cannot be changed until they are shortened ('acctl explain KIND' shows the limits)");
    }
    const Rows terms = database.query(sql::admin_terms);
    if (terms.integer(0, 0) > 0) return;
    found("admins", terms.is_null(0, 1)
                        ? "has no admin; grant an admin role with 'acctl role grant'"
                        : "has no admin whose role does not expire; the last admin role expires at " +
                              std::string(terms.text(0, 1)) + "; grant an admin role with 'acctl role grant'");
  }

  void check_ledger(Connection& database) {
    const LedgerEnd end = ledger_end(database, tenant_);
    if (end.has_remembered) return;
    const std::string seen = "entry " + std::to_string(*tenant_.ledger_id) + " (run " + tenant_.ledger_run + ", seen " +
                             tenant_.ledger_at + ")";
    const std::string ends =
        end.id == 0 ? "is empty"
                    : "ends with entry " + std::to_string(end.id) + " (run " + end.run + ", " + end.at + ")";
    const std::string missing = end.id < *tenant_.ledger_id ? "; entries " + std::to_string(end.id + 1) + " to " +
                                                                  std::to_string(*tenant_.ledger_id) + " are missing"
                                                            : ", and has other runs since";
    found("ledger", "the ledger lacks " + seen + " and " + ends + missing +
                        ": the database was restored from an older copy. Restore a newer one, or accept it as it is: "
                        "acctl tenant doctor --accept-restored " +
                        tenant_.slug);
  }

  Platform& platform_;
  const Tenant& tenant_;
  const TenantNames names_;
  const Fix fix_;
  Connection& server_;
  ServerFacts facts_;
  std::vector<Finding> findings_;
};

// The epoch in the tenant's database. That it is later than the registry's is no objection here, for no other run is at
// work: one of the two was restored.
std::int64_t require_unless_overtaken(Connection& database, const Tenant& tenant) {
  const DoorFacts facts = door_facts(database);
  for (const Objection& objection : objections(facts, tenant)) {
    if (objection.error.kind() != ErrorKind::locked) throw Error(objection.error);
  }
  return facts.epoch;
}

}  // namespace

std::vector<Finding> examine_tenant(Platform& platform, const Tenant& tenant, Fix fix) {
  try {
    const TenantLock lock(platform, tenant.slug);
    // As it is now that no other run works on it.
    const std::optional<Tenant> now = find_tenant(platform, tenant.slug);
    return TenantExamination(platform, now && now->id == tenant.id ? *now : tenant, fix).run();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    return {{tenant.slug, "database", error.what(), false, false}};
  }
}

Accepted accept_restored(Platform& platform, const std::string& slug, Mode mode) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  const std::unique_ptr<Connection> database = enter_unchecked(platform, tenant);
  const std::int64_t seen = require_unless_overtaken(*database, tenant);
  const LedgerEnd end = ledger_end(*database, tenant);
  if (end.has_remembered && seen <= tenant.epoch) return {.changed = false, .run = end.run};
  if (mode == Mode::rehearse) return {.changed = true, .run = end.run};
  if (seen > tenant.epoch) platform.control().query(sql::catch_up_epoch, {tenant.id, seen});
  begin_run(platform, tenant);
  const auto entry = [](std::optional<std::int64_t> number, const std::string& run) {
    return nlohmann::json{{"ledger_entry", number ? nlohmann::json(*number) : nlohmann::json()}, {"run", run}}.dump();
  };
  const auto number = end.id == 0 ? std::nullopt : std::optional(end.id);
  Transaction transaction(platform.control());
  const Param run = number ? Param(end.run) : Param(std::nullopt);
  if (transaction.query(sql::accept_ledger, {tenant.id, tenant.epoch, number, run}).empty()) throw_overtaken(tenant);
  record_audit(transaction, platform, tenant, "tenant.accept-restored", "done",
               entry(tenant.ledger_id, tenant.ledger_run), entry(number, end.run));
  transaction.commit();
  return {.changed = true, .run = end.run};
}

}  // namespace acctl
