#include "provisioning/tenants/doctor.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/database/migrations.hpp"
#include "provisioning/tenants/reservation.hpp"
#include "provisioning/tenants/storage.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

class Examination {
 public:
  Examination(Platform& platform, const Tenant& tenant, Fix fix)
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
      fixable("database", "is still in reach although the tenant is held for deletion", [&] {
        if (facts_.app_role) lock_application_out(server_, names_);
        quarantine_database(server_, names_);
      });
    }
    if (facts_.quarantine == DatabaseState::absent && facts_.database == DatabaseState::absent) {
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
      found("database", "exists although the tenant is deleted");
  }

  void in_use() {
    check_names();
    check_storage();
    if (facts_.database != DatabaseState::present || !facts_.open) {
      found("database", database_problem());
      return;
    }
    check_roles();
    check_inside();
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
    fixable("storage", tenant_.storage + " does not exist (files that were in it are not brought back)",
            [&] { create_storage(tenant_.storage); });
  }

  void check_roles() {
    if (!facts_.app_role || !facts_.owner_role) {
      fixable("roles", "a database role of the tenant is missing", [&] {
        make_tenant_roles(server_, names_, facts_);
        open_tenant_database(server_, names_);
      });
      return;
    }
    if (facts_.owner_member) {
      fixable("roles", "acctl is a member of the tenant's owner role, left so by an interrupted run",
              [&] { cease_owner(server_, names_); });
    }
    const bool should_log_in = tenant_.status == "active";
    if (facts_.app_can_login == should_log_in) return;
    fixable("login",
            should_log_in ? "the application is locked out although the tenant is active"
                          : "the application can log in although the tenant is suspended",
            [&] { should_log_in ? let_application_in(server_, names_) : lock_application_out(server_, names_); });
  }

  void check_inside() {
    const auto database = platform_.tenant(tenant_.server_dsn, tenant_.database);
    const int version = applied_version(*database, tenant_migrations());
    const int head = static_cast<int>(tenant_migrations().size());
    const Rows identity = database->query(sql::tenant_identity);
    if (identity.empty() || identity.text(0, 1) != tenant_.id) {
      found("identity", "the database says that it belongs to another tenant; restore the right one from a backup");
      return;
    }
    if (identity.integer(0, 2) > tenant_.epoch) {
      found("identity", "the tenant has seen later runs than the registry: the registry was restored from a backup");
    }
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
                  "; 'acctl tenant migrate' brings it there",
              [&] {
                migrate(*database, tenant_migrations(), "pg_database_owner", tenant_.owner_role);
                record();
              });
    }
  }

  Platform& platform_;
  const Tenant& tenant_;
  const TenantNames names_;
  const Fix fix_;
  Connection& server_;
  ServerFacts facts_;
  std::vector<Finding> findings_;
};

std::set<std::string> tenant_ids(Platform& platform) {
  std::set<std::string> ids;
  for (const Tenant& tenant : list_tenants(platform, {})) ids.insert(tenant.id);
  return ids;
}

}  // namespace

std::vector<Finding> examine_tenant(Platform& platform, const Tenant& tenant, Fix fix) {
  try {
    const TenantLock lock(platform, tenant.slug);
    return Examination(platform, tenant, fix).run();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
    return {{tenant.slug, "database", error.what(), false, false}};
  }
}

std::vector<Finding> find_orphans(Platform& platform) {
  constexpr std::string_view mark = "acctl tenant ";
  const std::set<std::string> known = tenant_ids(platform);
  std::vector<Finding> findings;
  const Rows servers = platform.control().query(sql::server_list);
  for (int row = 0; row < servers.size(); ++row) {
    const std::string server(servers.text(row, 1));
    const Rows databases = platform.server(server, std::string(servers.text(row, 3))).query(sql::marked_databases);
    for (int i = 0; i < databases.size(); ++i) {
      if (known.contains(std::string(databases.text(i, 1).substr(mark.size())))) continue;
      findings.push_back({"", "orphan",
                          "server " + server + " has the database '" + std::string(databases.text(i, 0)) +
                              "' of a tenant that this registry does not know",
                          false, false});
    }
  }
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(platform.settings().storage_root, error)) {
    if (known.contains(entry.path().filename().string())) continue;
    findings.push_back({"", "orphan", "the storage " + entry.path().string() + " belongs to no tenant", false, false});
  }
  return findings;
}

}  // namespace acctl
