#include "provisioning/platform/platform.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/events.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/database/server.hpp"
#include "provisioning/database/server.sql.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/platform/platform.sql.hpp"
#include "provisioning/platform/upgrade.hpp"

namespace acctl {

namespace {

int check_schema(Connection& control) {
  const Rows facts = control.query(sql::session_facts);
  refuse_pooler(control, facts.integer(0, 0));
  refuse_without_rules(control.dsn().get("dbname"), facts.text(0, 1));
  if (facts.text(0, 2) != "UTF8") {
    throw Error(ErrorKind::conflict,
                "database '" + control.dsn().get("dbname") + "' is encoded in " + std::string(facts.text(0, 2)) +
                    "; the control database must be UTF8",
                "Name a database that does not exist: 'acctl platform init' creates it.");
  }
  return applied_version(control, control_migrations());
}

// One setting a row: its name in column `name`, its value in the next.
PlatformSettings to_settings(const Rows& rows, int name) {
  PlatformSettings settings;
  for (const Row row : rows) {
    if (row.view(name) == "base_domain") settings.base_domain = row.view(name + 1);
    if (row.view(name) == "storage_root") settings.storage_root = row.view(name + 1);
    if (row.view(name) == "key_fingerprint") settings.key_fingerprint = row.view(name + 1);
    if (row.view(name) == "mail") {
      settings.mail = parse_mail_settings(nlohmann::json::parse(row.view(name + 1)));
    }
  }
  return settings;
}

PlatformSettings read_settings(Connection& control) { return to_settings(control.query(sql::platform_settings), 0); }

void require_head(const Connection& control, int version) {
  if (version == 0) {
    throw Error(ErrorKind::failed, "the platform in " + control.dsn().display() + " is not initialised",
                "Run 'acctl platform init'.");
  }
  if (version < static_cast<int>(control_migrations().size())) {
    throw Error(ErrorKind::failed,
                "the control database is at schema version " + std::to_string(version) + ", this acctl works with " +
                    std::to_string(control_migrations().size()),
                "Run 'acctl platform upgrade'.");
  }
}

// The settings, and in the same round trip the answers to other statements.
std::pair<PlatformSettings, std::vector<Rows>> open_control(Connection& control, std::vector<Statement> others) {
  try {
    others.insert(others.begin(), {sql::open_platform, {}});
    std::vector<Rows> answers = control.batch(others, Snapshot::each);
    const Rows rows = std::move(answers.front());
    answers.erase(answers.begin());
    if (!rows.empty()) {
      refuse_pooler(control, rows.integer(0, 3));
      refuse_without_rules(control.dsn().get("dbname"), rows.text(0, 4));
    }
    require_head(control, applied_version(control, rows, control_migrations()));
    return {to_settings(rows, 1), std::move(answers)};
  } catch (const SqlError& error) {
    // Another version's schema may have no such tables: the migrations alone tell which it is.
    if (lacks_schema(error)) require_head(control, applied_version(control, control_migrations()));
    throw;
  }
}

bool set_setting(Connection& control, const Actor& actor, const std::string& key, const std::string& given,
                 const std::string& current, const std::string& initial) {
  const std::string& value = given.empty() && current.empty() ? initial : given;
  if (value.empty() || value == current) return false;
  Transaction transaction(control);
  transaction.query(sql::set_platform_setting, {key, value});
  const auto json = [&](const std::string& text) { return nlohmann::json{{key, text}}.dump(); };
  record_audit(transaction, actor, "platform.set", "done", json(current), json(value));
  transaction.commit();
  return true;
}

// Mail is set for the first time.
bool set_mail(Connection& control, const Actor& actor, const MailSettings& mail) {
  const std::string value = to_json(mail).dump();
  Transaction transaction(control);
  transaction.query(sql::set_platform_value, {"mail", value});
  record_audit(transaction, actor, "platform.set", "done", R"({"mail": null})", R"({"mail": )" + value + "}");
  transaction.commit();
  return true;
}

// What the schema was and is; the migrations have been committed one by one before.
void record_version(Connection& control, const Actor& actor, const std::string& action, int before, bool changed) {
  control.query(sql::record_platform_version, {actor.run, actor.name, actor.origin, actor.reason, action, before,
                                               static_cast<int>(control_migrations().size()), changed});
}

// Settings of a platform are changed by a file, which shows what changes and asks.
void refuse_other_values(const PlatformSettings& current, const InitOptions& options) {
  std::string differences;
  const auto compare = [&](const char* name, const std::string& given, const std::string& present) {
    if (given.empty() || present.empty() || given == present) return;
    differences += (differences.empty() ? "" : ", ") + std::string(name) + " is " + present + ", not " + given;
  };
  compare("the base domain", options.base_domain, current.base_domain);
  compare("the storage root", options.storage_root, current.storage_root);
  if (differences.empty()) return;
  throw Error(ErrorKind::conflict, "the platform is initialised with other values: " + differences,
              "To change them, use 'acctl platform apply -f FILE'; see acctl-platform(5).");
}

constexpr int first_version_with_audit = 2;

}  // namespace

Platform::Platform(const Dsn& dsn, const SessionOptions& session, const Actor& actor, std::string key_path,
                   Connect begin)
    : dsn_(dsn),
      session_(session),
      actor_(actor),
      key_path_(std::move(key_path)),
      control_(std::make_unique<Connection>(dsn, session, begin)) {
  if (begin == Connect::wait) open();
}

void Platform::open(const std::optional<Statement>& foreseen) {
  auto [settings, answers] = open_control(*control_, foreseen ? std::vector{*foreseen} : std::vector<Statement>());
  settings_ = std::move(settings);
  if (foreseen) foreseen_ = {*foreseen, answers.front()};
  // An interrupted init has made the schema and not come to these: names and folders would begin with nothing.
  if (settings_.base_domain.empty() || settings_.storage_root.empty()) {
    throw Error(ErrorKind::failed, "the platform in " + dsn_.display() + " is only partly initialised",
                "Run 'acctl platform init' again.");
  }
}

Rows Platform::ask(const Statement& statement) {
  const auto foreseen = std::exchange(foreseen_, std::nullopt);
  if (foreseen && foreseen->first == statement) return foreseen->second;
  return control_->query(statement.sql.c_str(), statement.parameters);
}

Dsn Platform::server_dsn(const std::string& dsn) const { return dsn.empty() ? dsn_ : Dsn::parse(dsn); }

Connection& Platform::server(const std::string& name, const std::string& dsn) {
  if (dsn.empty()) return *control_;
  if (!server_ || server_name_ != name || !server_->usable()) {
    server_ = std::make_unique<Connection>(server_dsn(dsn), session_);
    server_name_ = name;
  }
  return *server_;
}

std::unique_ptr<Connection> Platform::database(const std::string& dsn, const std::string& name, Connect begin) const {
  return std::make_unique<Connection>(server_dsn(dsn).with("dbname", name), session_, begin);
}

int Platform::fitting_workers(int wanted, std::size_t items, int each) const {
  const int most = static_cast<int>(std::min(items, static_cast<std::size_t>(std::max(wanted, 1))));
  if (most < 2) return 1;
  const std::int64_t free = control_->query(sql::free_connections).integer(0, 0);
  const int fitting = static_cast<int>(std::clamp<std::int64_t>(free / each, 1, most));
  if (fitting < most) {
    tell(
        {.text = std::to_string(fitting) + " at a time: the server has " + std::to_string(free) + " free connections"});
  }
  return fitting;
}

std::unique_ptr<Platform> Platform::another() const {
  return std::make_unique<Platform>(dsn_, session_, actor_, key_path_);
}

bool initialise_platform(const Dsn& dsn, const SessionOptions& session, const Actor& actor,
                         const InitOptions& options) {
  if (!options.base_domain.empty()) check_hostname("--base-domain", options.base_domain);
  if (!options.storage_root.empty() && !options.storage_root.starts_with('/')) {
    throw Error(ErrorKind::invalid, "--storage-root: '" + options.storage_root + "' is not an absolute path");
  }
  bool changed = create_database_if_missing(dsn, session);
  Connection control(dsn, session);
  check_schema(control);
  control.query(sql::lock_platform);
  const int before = check_schema(control);  // once more: another run may have been at it
  if (before > 0) refuse_other_values(read_settings(control), options);
  changed |= migrate(control, control_migrations(), "") != before;
  changed |= make_shared_roles(control);
  changed |= shut_public_out(control);
  changed |= control.query(sql::add_first_server).affected() > 0;
  const PlatformSettings current = read_settings(control);
  changed |= set_setting(control, actor, "base_domain", options.base_domain, current.base_domain, "acctl.localhost");
  changed |= set_setting(control, actor, "storage_root", options.storage_root, current.storage_root,
                         options.default_storage_root);
  const PlatformSettings set = read_settings(control);
  make_folder(set.storage_root);
  if (set.mail.transport.empty() && !options.default_mail_folder.empty()) {
    changed |= set_mail(
        control, actor,
        {.transport = "maildir", .folder = options.default_mail_folder, .from = "no-reply@" + set.base_domain});
  }
  record_version(control, actor, "platform.init", before, changed);
  return changed;
}

namespace {

// The version to upgrade from, which no other run changes until the session ends.
int lock_version(Connection& control) {
  check_schema(control);
  control.query(sql::lock_platform);
  const int version = check_schema(control);  // once more: another run may have been at it
  if (version > 0) return version;
  throw Error(ErrorKind::failed, "the platform in " + control.dsn().display() + " is not initialised",
              "Run 'acctl platform init'.");
}

}  // namespace

void rehearse_upgrade(const Dsn& dsn, const SessionOptions& session) {
  Connection control(dsn, session);
  if (missing_migrations(control_migrations(), lock_version(control)).empty()) return;
  require_sound_schema(control, "before the migration");
  rehearse_migrations(control, control_migrations(), "", "");
}

bool upgrade_platform(const Dsn& dsn, const SessionOptions& session, const Actor& actor,
                      const MigrationLimits& limits) {
  Connection control(dsn, session);
  const int before = lock_version(control);
  const bool outdated = !missing_migrations(control_migrations(), before).empty();
  if (outdated) require_sound_schema(control, "before the migration");
  const bool migrated = migrate(control, control_migrations(), "", "", limits) != before;
  if (outdated) require_sound_schema(control, "after the migration");
  const bool roles = make_shared_roles(control);
  const bool changed = shut_public_out(control) || roles || migrated;
  record_version(control, actor, "platform.upgrade", before, changed);
  return changed;
}

PlatformStatus platform_status(const Dsn& dsn, const SessionOptions& session) {
  Connection control(dsn, session);
  PlatformStatus status;
  status.database = dsn.display();
  status.head = static_cast<int>(control_migrations().size());
  status.schema_version = check_schema(control);
  if (status.schema_version == 0) return status;
  status.settings = read_settings(control);
  status.servers = read_records<ServerRecord>(control.query(sql::server_list));
  for (const Row row : control.query(sql::tenant_counts)) {
    status.tenants.emplace_back(row.view(0), row.integer(1));
  }
  if (status.schema_version >= first_version_with_audit) status.audit = audit_head(control);
  return status;
}

PlatformFolders platform_folders(const Dsn& dsn, const SessionOptions& session) {
  Connection control(dsn, session);
  PlatformFolders folders;
  try {
    folders.storage = control.query(sql::storage_folders).texts();
    const MailSettings mail = read_settings(control).mail;
    if (mail.transport == "maildir") folders.mail = mail.folder;
  } catch (const SqlError& error) {
    if (!lacks_schema(error)) throw;
  }
  return folders;
}

}  // namespace acctl
