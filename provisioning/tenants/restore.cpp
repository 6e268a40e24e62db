#include "provisioning/tenants/restore.hpp"

#include <unistd.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "provisioning/access/invitations.hpp"
#include "provisioning/base/client_process.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/local/client_program.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/tenants/archive.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/restore.sql.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

constexpr std::chrono::hours longest_restore{48};

// What acctl.restores has for a clone where it has the digest of a restore; the registry reads it (registry.sql).
const std::string clone_mark = "clone of ";

Rows begin(Platform& platform, const std::string& slug, const std::string& source, Mode mode) {
  return mode == Mode::rehearse ? platform.control().query(sql::restore_state, {slug, source})
                                : platform.control().query(sql::begin_restore, {slug, source, platform.actor().run});
}

Error not_this_source(const std::string& slug) {
  return Error(ErrorKind::conflict, "tenant " + slug + " exists and is not restored from this export",
               "Nothing was changed. Choose another slug with --as.");
}

// In single quotes as psql reads them in a command of its own.
std::string psql_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : c == '\\' ? "\\\\" : std::string(1, c);
  return quoted + "'";
}

// A file that is gone at the end. Its name is that of a file that is not finished: 'tenant purge' removes one that a
// killed run has left.
class ScriptFile {
 public:
  ScriptFile(const Platform& platform, const Tenant& tenant)
      : path_(archive_folder(platform) + "/." + tenant.id + ".sql.acctl-new") {
    archive_file(platform, tenant.id, tenant.epoch);  // makes the folder
  }
  ~ScriptFile() { unlink(path_.c_str()); }
  ScriptFile(const ScriptFile&) = delete;
  ScriptFile& operator=(const ScriptFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// pg_restore's script is complete before the first statement of it runs: half a script would be half a tenant.
void load_dump(const Platform& platform, const Tenant& tenant, const std::string& dump, Interrupted interrupted) {
  const Step loading("restoring the data of tenant " + tenant.slug);
  const ScriptFile script(platform, tenant);
  const Patience patience{.time = longest_restore, .interrupted = interrupted};
  run_to_end({.words = {find_client_program("pg_restore"), "--no-owner", "--no-publications", "--no-subscriptions",
                        "--no-security-labels", "--file=" + script.path(), dump},
              .folder = "/"},
             "", patience);
  const ClientAccess access(tenant_dsn(platform, tenant));
  run_client(
      {.program = {.words = {find_client_program("psql"), "--no-psqlrc", "--no-password", "--quiet",
                             "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--set=tenant=" + tenant.id,
                             "--set=epoch=" + std::to_string(tenant.epoch), "--set=owner=" + tenant.owner_role,
                             "--dbname=" + access.conninfo()},
                   .folder = "/",
                   .inherited = access.descriptor()},
       .environment = access.environment()},
      std::string(sql::restore_prologue) + "\n\\i " + psql_quoted(script.path()) + "\n" + sql::restore_epilogue + "\n",
      patience);
}

// With the users of the dump the tenant has the seats that it is given, or it stays shut.
void require_seats(const Tenant& tenant, Connection& database, const std::string& admin) {
  const Rows seats = database.query(sql::restored_seats, {admin});
  if (seats.is_null(0, 0) || seats.integer(0, 1) <= seats.integer(0, 0)) return;
  const std::string taken = std::to_string(seats.integer(0, 1));
  throw Error(
      ErrorKind::refused,
      "the data takes " + taken + " seats, and tenant " + tenant.slug + " has " + std::to_string(seats.integer(0, 0)),
      "Give it more, then run the same command again: acctl tenant set-plan " + tenant.slug + " --seats " + taken);
}

void adopt(Platform& platform, const Tenant& tenant, Connection& database, const RestoreSource& source,
           const RestoredPeople& people) {
  const Actor& actor = platform.actor();
  const std::string admin = normal_key(KeyForm::email, people.admin_email);
  require_seats(tenant, database, admin);
  const Statement invitation =
      invitations_for_added(tenant.id, std::vector{admin}, platform_key(platform), {.run = actor.run});
  Transaction transaction(database);
  transaction.query(sql::end_restored_access);
  transaction.query(sql::end_restored_enterprise);
  if (!people.keep_access) transaction.query(sql::suspend_restored_users, {admin});
  transaction.query(sql::appoint_restored_admin, {admin, people.admin_name});
  transaction.query(sql::name_restored_tenant, {tenant.name, tenant.support_address, tenant.hostnames.front()});
  transaction.query(sql::record_restored_run,
                    {actor.run, actor.name, actor.origin, actor.reason, "restored from " + source.name});
  transaction.query(invitation.sql.c_str(), invitation.parameters);
  transaction.commit();
}

// Nothing if its database cannot say: a damaged one is what restores are for.
std::optional<bool> has_administrator(Platform& platform, const Tenant& tenant) {
  if (!is_reached(tenant, Reach::suspended_too)) {
    const Rows left = platform.control().query(sql::administrator_left, {tenant.id});
    return left.empty() || !left.boolean(0, 0);
  }
  try {
    return enter(platform, tenant)->query(sql::is_administrator, {tenant.admin_email}).boolean(0, 0);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    return std::nullopt;
  }
}

}  // namespace

std::optional<Tenant> find_original(Platform& platform, const std::string& slug, const std::string& id) {
  std::optional<Tenant> latest;  // one that is not deleted before all that are
  for (Tenant& tenant : list_tenants(platform, {.slugs = {slug}, .conditions = {has_any_status()}})) {
    if (!id.empty() && tenant.id != id) continue;
    if (!latest || latest->status == "deleted") latest = std::move(tenant);
  }
  return latest;
}

TenantTerms original_terms(Platform& platform, const Tenant& tenant) {
  TenantTerms terms{.subscription = tenant.subscription,
                    .trial_ends_at = tenant.trial_ends_at,
                    .overrides = tenant.overrides,
                    .notes = tenant.notes};
  if (tenant.status != "deleted") return terms;
  const Rows before = platform.control().query(sql::terms_before_deletion, {tenant.id});
  if (before.empty()) return terms;
  terms.subscription = before.text(0, 0);
  terms.trial_ends_at = before.optional(0, 1);
  return terms;
}

void require_administrator(Platform& platform, const Tenant& tenant) {
  if (has_administrator(platform, tenant).value_or(true)) return;
  throw Error(ErrorKind::conflict, tenant.admin_email + " is no admin of tenant " + tenant.slug + " any more",
              "Name the first administrator: --admin-email EMAIL.");
}

bool begin_clone(Platform& platform, const std::string& slug, const std::string& source, Mode mode) {
  const Rows state = begin(platform, slug, clone_mark + source, mode);
  return state.boolean(0, 0) && !state.boolean(0, 1);
}

void finish_clone(Platform& platform, const Tenant& clone, const Tenant& source) {
  Transaction transaction(platform.control());
  if (transaction.query(sql::finish_restore, {clone.slug, clone.id, clone_mark + source.id}).empty())
    throw_overtaken(clone);
  record_audit(transaction, platform, clone, "tenant.clone", "done", "", nlohmann::json{{"from", source.slug}}.dump());
  transaction.commit();
}

RestoreProgress begin_restore(Platform& platform, const std::string& slug, const RestoreSource& source, Mode mode) {
  const bool there = find_tenant(platform, slug).has_value();
  const Rows state = begin(platform, slug, source.digest, mode);
  if (!state.boolean(0, 0)) throw not_this_source(slug);
  if (state.boolean(0, 1)) return RestoreProgress::finished;
  return there ? RestoreProgress::begun : RestoreProgress::none;
}

void restore_data(Platform& platform, const std::string& slug, const RestoreSource& source,
                  const RestoredPeople& people, Interrupted interrupted) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  if (tenant.status != "suspended") throw_overtaken(tenant);
  begin_run(platform, tenant);
  load_dump(platform, tenant, source.dump, interrupted);
  const std::unique_ptr<Connection> database = enter_unchecked(platform, tenant);
  migrate(*database, tenant_migrations(), "pg_database_owner", tenant.owner_role);
  write_entitlement(platform, tenant, *database);
  adopt(platform, tenant, *database, source, people);
}

void finish_restore(Platform& platform, const Tenant& tenant, const RestoreSource& source) {
  Transaction transaction(platform.control());
  if (transaction.query(sql::finish_restore, {tenant.slug, tenant.id, source.digest}).empty()) throw_overtaken(tenant);
  record_audit(transaction, platform, tenant, "tenant.restore", "done", "",
               nlohmann::json{{"from", source.name}, {"data", !source.dump.empty()}, {"source", source.digest}}.dump());
  transaction.commit();
}

void check_dump_schema(const std::string& dump, Interrupted interrupted) {
  std::istringstream lines(run_to_end({.words = {find_client_program("pg_restore"), "--data-only", "--schema=acctl",
                                                 "--table=migrations", "--file=-", dump},
                                       .folder = "/"},
                                      "", {.time = std::chrono::minutes(10), .interrupted = interrupted}));
  constexpr std::string_view copied = "acctl.migrations (version, name, checksum,";
  std::vector<AppliedMigration> applied;
  bool rows = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "\\.") rows = false;
    if (rows) {
      std::istringstream fields(line);
      std::string version;
      AppliedMigration& one = applied.emplace_back();
      std::getline(fields, version, '\t');
      std::getline(fields, one.name, '\t');
      std::getline(fields, one.checksum, '\t');
      std::from_chars(version.data(), version.data() + version.size(), one.version);
    }
    if (line.starts_with("COPY ") && line.substr(5).starts_with(copied)) rows = true;
  }
  applied_version(dump, std::move(applied), tenant_migrations());
}

}  // namespace acctl
