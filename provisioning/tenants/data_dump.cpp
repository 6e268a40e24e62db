#include "provisioning/tenants/data_dump.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <filesystem>

#include "provisioning/base/client_process.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/large_files.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/database/at_end.hpp"
#include "provisioning/local/client_program.hpp"
#include "provisioning/tenants/visits.hpp"

namespace acctl {

namespace {

// A dump takes as long as the data is large; the end of a program that hangs is Ctrl-C.
constexpr std::chrono::hours longest_dump{48};

// Makes acctl a member of the owner that a tenant of the first releases has of its own, for as long as it lives.
[[nodiscard]] AtEnd join_own_owner(Connection& server, const TenantNames& names) {
  if (has_own_owner(names)) server.script(join_owner(names.owner_role));
  return {server, [&] { cease_owner(server, names); }};
}

// What a visitor was granted would be in the dump, and its role is nowhere when the dump is restored.
void require_no_visits(Platform& platform, const Tenant& tenant) {
  const std::vector<Visit> open = open_visits(platform, {tenant});
  if (open.empty()) return;
  throw Error(
      ErrorKind::locked,
      "a session of " + open.front().actor + " with tenant " + tenant.slug + " is open until " + open.front().until,
      "Wait for its end, or end it: acctl tenant disconnect " + tenant.slug);
}

}  // namespace

Dsn tenant_dsn(const Platform& platform, const Tenant& tenant) {
  const Dsn server = tenant.server_dsn.empty() ? platform.control().dsn() : Dsn::parse(tenant.server_dsn);
  return server.with("dbname", tenant.database);
}

DataDump dump_data(Platform& platform, const Tenant& tenant, const std::string& file, Interrupted interrupted) {
  require_no_visits(platform, tenant);
  // Absolute, because pg_dump runs in another folder. 'tenant purge' removes one that a killed run has left.
  const std::string unfinished = make_unfinished_path(std::filesystem::absolute(file).lexically_normal().string());
  const TenantNames names = tenant.names();
  const AtEnd member = join_own_owner(platform.server(tenant.server, tenant.server_dsn), names);
  const ClientAccess access(tenant_dsn(platform, tenant));
  const Step dumping("dumping the data of tenant " + tenant.slug);
  try {
    // Without large objects (-B), which are nothing of acctl's: one that is the application's could not be read.
    run_client({.program = {.words = {find_client_program("pg_dump"), "--format=custom", "-B", "--no-password",
                                      "--lock-wait-timeout=10s", "--role=" + tenant.owner_role, "--file=" + unfinished,
                                      "--dbname=" + access.conninfo()},
                            .folder = "/",
                            .inherited = access.descriptor()},
                .environment = access.environment()},
               "", {.time = longest_dump, .interrupted = interrupted});
    check_dump(unfinished, interrupted);
    if (std::rename(unfinished.c_str(), file.c_str()) != 0) {
      throw Error(ErrorKind::failed, "cannot write " + file + ": " + errno_text());
    }
  } catch (const Error&) {
    unlink(unfinished.c_str());
    throw;
  }
  sync_parent_folder(file);
  return describe_dump(file);
}

DataDump describe_dump(const std::string& file) {
  const FileDigest digest = digest_file(file);
  return {.file = file, .bytes = digest.bytes, .sha256 = digest.sha256};
}

void check_dump(const std::string& file, Interrupted interrupted) {
  const Ended ended = run({.words = {find_client_program("pg_restore"), "--list", file}, .account = {}, .folder = "/"},
                          "", {.time = std::chrono::minutes(10), .interrupted = interrupted});
  if (ended.status == 0 && ended.output.find("TABLE DATA acctl tenant ") != std::string::npos) return;
  throw Error(ErrorKind::invalid, file + " is not a dump of a tenant's database that pg_restore can read",
              "Dumps are made by 'acctl export --with-data' and 'acctl tenant delete --with-data'.");
}

std::string data_comment(const DataDump& dump) {
  return "# data: " + std::to_string(dump.bytes) + " bytes, sha256 " + dump.sha256 + "\n";
}

DataDump read_data_comment(const std::string& document) {
  constexpr std::string_view before = "# data: ";
  constexpr std::string_view between = " bytes, sha256 ";
  if (!document.starts_with(before)) return {};
  DataDump dump;
  const char* end = document.data() + document.size();
  const auto [at, error] = std::from_chars(document.data() + before.size(), end, dump.bytes);
  const std::string_view rest(at, static_cast<std::size_t>(end - at));
  if (error != std::errc() || !rest.starts_with(between) || rest.size() < between.size() + 64) return {};
  dump.sha256 = rest.substr(between.size(), 64);
  return dump;
}

}  // namespace acctl
