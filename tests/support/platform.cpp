#include "tests/support/platform.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "provisioning/database/migrations.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/template_database.hpp"

namespace acctl::test {

namespace fs = std::filesystem;

namespace {

std::string platform_prefix() { return "test-platform-" + test_installation().version + "-"; }

// Where snapshots are kept; changed migrations (scripts/mutants.sh) have theirs elsewhere.
std::string snapshots() {
  const char* folder = std::getenv("ACCTL_TEST_SNAPSHOTS");
  return folder == nullptr ? ACCTL_BUILD : folder;
}

// Other program, other platform: what is built in may have changed.
std::string snapshot_path() {
  struct stat status = {};
  if (stat(ACCTL_PROGRAM, &status) != 0) throw std::runtime_error("there is no " ACCTL_PROGRAM);
  return snapshots() + "/" + platform_prefix() + std::to_string(status.st_mtim.tv_sec) + "-" +
         std::to_string(status.st_size);
}

void make_platform_snapshot(const std::string& path) {
  for (const auto& entry : fs::directory_iterator(snapshots())) {
    if (entry.path().filename().string().starts_with(platform_prefix())) fs::remove_all(entry.path());
  }
  const TemporaryFolder storage;
  Cluster cluster;
  initialise_platform(cluster.dsn(), {}, {.run = "test", .name = "test", .origin = "test@test"},
                      {.storage_root = storage.path(), .default_storage_root = storage.path()});
  Platform platform(cluster.dsn(), {}, {.run = "test", .name = "test", .origin = "test", .reason = ""});
  build_template(platform, platform.control(), "", require_pack("helpdesk"));
  cluster.query("acctl", "delete from acctl.settings where key = 'storage_root'");
  cluster.stop(Stop::fast);
  fs::copy(cluster.data(), path + ".new", fs::copy_options::recursive);
  fs::remove(path + ".new/server.log");
  fs::rename(path + ".new", path);
}

std::string platform_snapshot() {
  const std::string path = snapshot_path();
  const std::string lock_path = snapshots() + "/test-platform.lock";
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + lock_path);
  if (!fs::exists(path)) make_platform_snapshot(path);
  close(lock);
  return path;
}

ClusterOptions on_snapshot(ClusterOptions options) {
  if (options.initdb.empty()) options.data = platform_snapshot();
  return options;
}

Result must_succeed(const Result& result, const std::vector<std::string>& words) {
  if (result.status == 0) return result;
  std::string command;
  for (const std::string& word : words) command += " " + word;
  throw std::runtime_error("acctl" + command + " ended with " + std::to_string(result.status) + ": " + result.err);
}

}  // namespace

TestPlatform::TestPlatform(const ClusterOptions& options) : cluster(on_snapshot(options)), acctl(folder.path()) {
  fs::create_directory(storage_root());
  acctl.environment["ACCTL_DATABASE_URL"] = cluster.url("acctl", options.initdb.empty() ? "acctl" : "registry");
  if (!options.initdb.empty()) {
    database_ = "registry";
    const std::vector<std::string> init = {"platform", "init", "--storage-root", storage_root()};
    must_succeed(acctl(init), init);
    return;
  }
  control("insert into acctl.settings values ('storage_root', to_jsonb('" + storage_root() + "'::text))");
}

nlohmann::ordered_json TestPlatform::json(std::vector<std::string> words) const {
  words.insert(words.end(), {"-o", "json"});
  return must_succeed(acctl(words), words).json();
}

nlohmann::ordered_json TestPlatform::create(const std::string& slug, const std::vector<std::string>& more) const {
  return json(create_words(slug, more));
}

void TestPlatform::set_back(const std::string& slug, std::size_t version) const {
  const std::string of_tenant = " from acctl.tenants where slug = '" + slug + "' and status <> 'deleted'";
  const std::string owner = control("select owner_role" + of_tenant);
  const std::string id = control("select id" + of_tenant);
  control("drop database " + slug + " with (force)");
  control("create database " + slug + " owner " + owner + " template template0 encoding 'UTF8'");
  in(slug, "grant create on database " + slug + " to pg_database_owner");
  {
    Connection database(cluster.dsn("acctl", slug), {});
    std::vector<Migration> older = tenant_migrations();
    older.resize(version);
    migrate(database, older, "pg_database_owner", owner);
  }
  in(slug, "revoke all on database " + slug + " from public; grant connect on database " + slug +
               " to acctl_operator, " + app_role(slug) + "; comment on database " + slug + " is 'acctl tenant " + id +
               "'");
  in(slug,
     "insert into acctl.tenant (tenant_id, slug, epoch, pack, pack_digest) values ('" + id + "', '" + slug +
         "', 1, 'helpdesk', 'x'); insert into app.users (email) values ('ana@acme.example'); "
         "insert into app.roles (key, name) values ('mine', 'Mine'); insert into app.permissions (key, category) "
         "values ('*', 'Everything'); insert into app.user_permissions (user_id, permission_id) select u.id, p.id "
         "from app.users u, app.permissions p");
  control("update acctl.tenants set schema_version = " + std::to_string(version) + " where id = '" + id + "'");
}

void TestPlatform::give_own_owner(const std::string& slug) const {
  const std::string role = "acctl_0123456789ab_owner";
  const std::string id = control("select id from acctl.tenants where slug = '" + slug + "'");
  const std::string made = control("select current_setting('server_version_num')::int >= 160000") == "t"
                               ? "; grant " + role + ", " + app_role(slug) + " to acctl with admin true, inherit false"
                               : "";
  control("create role " + role + made + "; comment on role " + role + " is 'acctl tenant " + id +
          "'; alter database " + slug + " owner to " + role + "; update acctl.tenants set owner_role = '" + role +
          "' where id = '" + id + "'");
}

std::string TestPlatform::app_role(const std::string& slug) const {
  return control("select app_role from acctl.tenants where slug = '" + slug + "' and status <> 'deleted'");
}

std::string TestPlatform::world() const {
  return world_but_audit() + control("select h::text from acctl.audit_head h");
}

std::string TestPlatform::world_but_audit() const {
  std::string text = control(
      "select t::text from acctl.tenants t union all select s::text from acctl.tenant_steps s union all "
      "select r::text from acctl.routes r union all "
      "select x::text from acctl.tenant_exports x union all select x::text from acctl.restores x union all "
      "select x::text from acctl.connections x union all "
      "select e::text from acctl.enterprises e union all select k::text from acctl.settings k union all "
      "select d.datname || d.datallowconn || coalesce(d.datacl::text, '') from pg_database d union all "
      "select r.rolname || r.rolcanlogin from pg_roles r order by 1");
  std::vector<std::string> folders;
  for (const auto& entry : fs::recursive_directory_iterator(storage_root())) folders.push_back(entry.path().string());
  std::ranges::sort(folders);
  for (const std::string& path : folders) text += "\n" + path;
  return text;
}

std::vector<std::string> create_words(const std::string& slug, const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      "tenant", "create", slug, "--name", "Name of " + slug, "--admin-email", "ana@" + slug + ".example"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void put_file(const std::string& path, const std::string& text) {
  if (!(std::ofstream(path, std::ios::binary) << text)) throw std::runtime_error("cannot write " + path);
}

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string keys_of(const nlohmann::ordered_json& object) {
  std::string keys;
  for (const auto& [key, value] : object.items()) keys += (keys.empty() ? "" : " ") + key;
  return keys;
}

}  // namespace acctl::test
