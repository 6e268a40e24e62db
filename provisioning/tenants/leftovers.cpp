#include "provisioning/tenants/leftovers.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "provisioning/base/files.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/platform/platform.sql.hpp"
#include "provisioning/tenants/archive.hpp"
#include "provisioning/tenants/file_storage.hpp"
#include "provisioning/tenants/lifecycle.hpp"
#include "provisioning/tenants/template_database.hpp"
#include "provisioning/tenants/visits.hpp"

namespace acctl {

namespace {

void record(Platform& platform, const Leftover& leftover) {
  Transaction transaction(platform.control());
  record_audit(transaction, platform.actor(), "platform.purge", "done", "",
               nlohmann::json{{"kind", to_string(leftover.kind)}, {"name", leftover.name}}.dump());
  transaction.commit();
}

std::vector<Leftover> templates(Platform& platform, const UnreachableServers& unreachable) {
  std::vector<Leftover> found;
  for (const Row row : platform.control().query(sql::server_list)) {
    const std::string name = row.text(1);
    const std::string dsn = row.text(3);
    if (unreachable.contains(name)) continue;
    for (const std::string& database : old_templates(platform.server(name, dsn))) {
      found.push_back({.kind = Leftover::Kind::template_database,
                       .name = database,
                       .detail = "template database of a former version, on server " + name,
                       .server = name,
                       .server_dsn = dsn});
    }
  }
  return found;
}

std::vector<Leftover> files(const Platform& platform) {
  std::vector<std::string> folders = {std::filesystem::path(platform.key_path()).parent_path().string(),
                                      archive_folder(platform)};
  const MailSettings& mail = platform.settings().mail;
  if (mail.transport == "maildir") folders.insert(folders.end(), {mail.folder + "/new", mail.folder + "/tmp"});
  std::vector<Leftover> found;
  for (const std::string& folder : folders) {
    for (const std::string& path : abandoned_files(folder)) {
      found.push_back(
          {.kind = Leftover::Kind::file, .name = path, .detail = "temporary file of a run that was killed"});
    }
  }
  return found;
}

std::vector<Leftover> visits(Platform& platform, const UnreachableServers& unreachable) {
  std::vector<Leftover> found;
  for (const Visit& visit : expired_visits(platform)) {
    if (unreachable.contains(visit.server)) continue;
    found.push_back(
        {.kind = Leftover::Kind::visit,
         .name = visit.role,
         .detail = "database role of " + visit.actor + " for tenant " + visit.tenant + " until " + visit.until});
  }
  return found;
}

bool remove_visit(Platform& platform, const Leftover& leftover) {
  for (const Visit& visit : expired_visits(platform)) {
    if (visit.role == leftover.name) return end_visit(platform, visit, VisitEnd::expired);
  }
  return false;
}

std::string make_storage_path(const Platform& platform, const Tenant& tenant) {
  return platform.settings().storage_root + "/" + tenant.id;
}

// "its database, its storage"; "" for nothing. What of that name is another's is not its own.
std::string describe_parts(const TenantNames& names, const ServerFacts& facts, bool storage) {
  const auto is_own = [](DatabaseState state) {
    return state != DatabaseState::absent && state != DatabaseState::foreign;
  };
  std::string parts;
  const auto add = [&](bool there, const std::string& what) {
    if (there) parts += (parts.empty() ? "" : ", ") + what;
  };
  add(is_own(facts.database) || is_own(facts.quarantine), "its database");
  add(facts.app_role || (facts.owner_role && has_own_owner(names)), "its database roles");
  add(storage, "its storage");
  return parts;
}

bool remove_remains(Platform& platform, const Leftover& leftover) {
  const TenantLock lock(platform, leftover.tenant);
  for (const Tenant& tenant :
       list_tenants(platform, {.slugs = {leftover.tenant}, .conditions = {is_one_of("status", {"deleted"})}})) {
    if (tenant.id != leftover.id) continue;
    Connection& server = platform.server(tenant.server, tenant.server_dsn);
    drop_tenant(server, tenant.names(), look_at_server(server, tenant.names(), ""));
    remove_storage(make_storage_path(platform, tenant));
    Transaction transaction(platform.control());
    record_audit(transaction, platform, tenant, "tenant.purge", "done", "",
                 nlohmann::json{{"removed", leftover.detail}}.dump());
    transaction.commit();
    return true;
  }
  return false;
}

}  // namespace

std::string_view to_string(Leftover::Kind kind) {
  using enum Leftover::Kind;
  return find_word(
      kind, {{hold, "hold"}, {template_database, "template"}, {file, "file"}, {visit, "visit"}, {remains, "remains"}});
}

std::vector<Leftover> ended_holds(const std::vector<Tenant>& tenants) {
  std::vector<Leftover> found;
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "deprovisioning" || !tenant.hold_is_over) continue;
    found.push_back({.kind = Leftover::Kind::hold,
                     .tenant = tenant.slug,
                     .name = tenant.slug,
                     .detail = "was held for deletion until " + tenant.hold_until.value_or("")});
  }
  return found;
}

UnreachableServers find_unreachable_servers(Platform& platform, const std::set<std::string>& only) {
  UnreachableServers unreachable;
  for (const Row row : platform.control().query(sql::server_list)) {
    const std::string name = row.text(1);
    const std::string dsn = row.text(3);
    if (!only.empty() && !only.contains(name)) continue;
    if (dsn.empty()) continue;  // that of the control database, which has just answered
    if (const auto error = catch_failure([&] { platform.server(name, dsn); })) unreachable.emplace(name, error->what());
  }
  return unreachable;
}

std::vector<Leftover> old_templates_and_files(Platform& platform, const UnreachableServers& unreachable) {
  std::vector<Leftover> found = templates(platform, unreachable);
  std::ranges::move(files(platform), std::back_inserter(found));
  std::ranges::move(visits(platform, unreachable), std::back_inserter(found));
  return found;
}

std::vector<Leftover> remains_of_deleted(Platform& platform, const UnreachableServers& unreachable) {
  std::vector<Leftover> found;
  for (const Tenant& tenant : list_tenants(platform, {.conditions = {is_one_of("status", {"deleted"})}})) {
    if (unreachable.contains(tenant.server)) continue;
    const std::string parts = describe_parts(
        tenant.names(), look_at_server(platform.server(tenant.server, tenant.server_dsn), tenant.names(), ""),
        storage_exists(make_storage_path(platform, tenant)));
    if (parts.empty()) continue;
    found.push_back({.kind = Leftover::Kind::remains,
                     .tenant = tenant.slug,
                     .name = tenant.slug,
                     .detail = "the tenant is deleted, but there is still " + parts,
                     .id = tenant.id});
  }
  return found;
}

bool remove_leftover(Platform& platform, const Leftover& leftover) {
  switch (leftover.kind) {
    case Leftover::Kind::hold:
      return purge_tenant(platform, leftover.tenant).changed;
    case Leftover::Kind::visit:
      return remove_visit(platform, leftover);
    case Leftover::Kind::remains:
      return remove_remains(platform, leftover);
    case Leftover::Kind::template_database:
      if (!drop_old_template(platform.server(leftover.server, leftover.server_dsn), leftover.name)) return false;
      break;
    case Leftover::Kind::file:
      if (!remove_abandoned_file(leftover.name)) return false;
      break;
  }
  record(platform, leftover);
  return true;
}

}  // namespace acctl
