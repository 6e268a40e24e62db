#include "provisioning/tenants/restore.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/digest.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/end_mark.hpp"
#include "provisioning/fleet/seats.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/tenants/archive.hpp"
#include "provisioning/tenants/lifecycle.hpp"
#include "provisioning/tenants/provision.hpp"

namespace acctl {

namespace {

constexpr std::size_t longest_export = 256 << 20;

// What is given comes before what is known of the original.
struct RestoreTenant : TenantRequest {
  std::string from;
  std::string as;
  bool with_data = false;
  bool keep_access = false;
};

// What is known of the tenant that the export is of.
struct Origin {
  RestoreSource source;
  std::string dump_sha256 = {};       // "" without data
  std::optional<Tenant> tenant = {};  // as the registry has it, though it is deleted
  std::optional<TenantTerms> terms = {};
};

Origin from_archive(Platform& platform, const RestoreTenant& options) {
  const ArchivedExport archived = require_archived(platform, options.slug, archive_number(options.from));
  return {.source = {.name = "export " + std::to_string(archived.id),
                     .document = archived_document(platform, archived),
                     .dump = options.with_data ? require_archived_data(archived) : ""},
          .dump_sha256 = options.with_data ? archived.data->sha256 : "",
          .tenant = find_original(platform, options.slug, archived.tenant)};
}

// The dump beside an export, which has to be the one that it speaks of.
DataDump dump_beside(const std::string& path, const std::string& document) {
  const DataDump expected = read_data_comment(document);
  if (expected.sha256.empty()) {
    throw Error(ErrorKind::invalid, path + " was exported without data",
                "Leave out --with-data, or export it again: acctl export --with-data --out FILE.");
  }
  const DataDump found = describe_dump(std::filesystem::absolute(path).string() + ".dump");
  if (found.bytes == expected.bytes && found.sha256 == expected.sha256) return found;
  throw Error(ErrorKind::invalid, found.file + " was cut or changed since it was exported, or is of another export",
              "Copy both files again.");
}

Origin from_file(Platform& platform, const RestoreTenant& options) {
  Origin origin{.source = {.name = std::filesystem::path(options.from).filename().string(),
                           .document = read_file(options.from, longest_export)}};
  const std::string problem = end_mark_problem(origin.source.document);
  if (!problem.empty()) {
    throw Error(ErrorKind::invalid, options.from + " " + problem, "Export or fetch it again.");
  }
  if (options.with_data) {
    const DataDump dump = dump_beside(options.from, origin.source.document);
    origin.source.dump = dump.file;
    origin.dump_sha256 = dump.sha256;
  }
  origin.tenant = find_original(platform, options.slug);
  return origin;
}

Origin find_origin(Platform& platform, const RestoreTenant& options) {
  const bool archived = options.from.empty() || archive_number(options.from);
  Origin origin = archived ? from_archive(platform, options) : from_file(platform, options);
  if (origin.tenant) origin.terms = original_terms(platform, *origin.tenant);
  Digest digest;
  digest.add(origin.source.document);
  if (!origin.source.dump.empty()) digest.add(origin.dump_sha256);
  origin.source.digest = digest.hex();
  return origin;
}

TenantRequest make_request(const RestoreTenant& options, const Origin& origin) {
  TenantRequest request = options;
  const Tenant known = origin.tenant.value_or(Tenant{});
  const auto complete = [](std::string& given, const std::string& fallback) {
    if (given.empty()) given = fallback;
  };
  if (!options.as.empty()) request.slug = options.as;
  complete(request.name, known.name);
  complete(request.admin_email, known.admin_email);
  complete(request.admin_name, known.admin_name);
  complete(request.plan, known.plan);
  if (!request.seats) request.seats = known.seats;
  request.pack = known.pack;
  if (options.server.empty()) complete(request.region, known.region);
  request.labels = known.labels;
  request.is_filled = true;
  request.terms = origin.terms;
  if (request.name.empty() || request.admin_email.empty()) {
    throw Error(ErrorKind::invalid, "the registry does not know a tenant '" + options.slug + "'",
                "Give --name and --admin-email.");
  }
  check(request);
  return request;
}

// What a person has to know of it beside what is shown.
void say_what_is_known(Session& session, const RestoreTenant& options, const Origin& origin,
                       const TenantRequest& request) {
  Terminal& terminal = session.terminal();
  if (!origin.tenant) {
    terminal.info("the registry does not know a tenant '" + options.slug +
                  "': its seats, labels, limits, features, subscription and notes are those of a new tenant");
    return;
  }
  if (request.terms->subscription == "canceled") {
    terminal.info("the subscription is canceled, as in the registry; to change it: acctl tenant set-plan " +
                  request.slug + " --subscription active");
  }
  if (origin.tenant->status == "deleted" && options.admin_email.empty()) {
    terminal.info("the first administrator is " + request.admin_email +
                  ", as when the tenant was deleted; of those who left since, only offboarded users are known");
  }
}

// Without the names of the tenant that it was exported from.
Definitions read_restored_definitions(const RestoreSource& source) {
  Definitions definitions = read_definitions({{.name = source.name, .text = source.document}}, {.exports = true});
  if (const auto settings = definitions.objects.find("settings"); settings != definitions.objects.end()) {
    for (const char* own : {"branding.name", "portal.hostname", "support.address"}) settings->second.erase(own);
  }
  return definitions;
}

void restore_configuration(Session& session, const Platform& platform, const Tenant& tenant,
                           const Definitions& definitions) {
  Guards guards;
  // Whatever the pack has seeded and the export does not have is removed, however much that is.
  guards.max_removals.clear();
  const std::vector<Tenant> tenants = {tenant};
  FleetJob job = make_import_job(session, "tenant restore", guards, definitions);
  job.reach = Reach::suspended_too;
  job.in_the_making = true;
  FleetPlan fleet(platform, tenants, std::move(job));
  fleet.plan();
  try {
    throw_failures(fleet.run(Ending::commit));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    throw stays_suspended(error, tenant.slug, "restored");
  }
}

// Nobody comes near the tenant before it is restored: until then it has what its pack gives everybody.
Tenant fill_tenant(Session& session, Platform& platform, const TenantRequest& request, const Origin& origin,
                   const Definitions& definitions, bool keep_access) {
  std::vector<Tenant> restored = {require_tenant(platform, request.slug)};
  // Active: opened by a run that was killed before it could say that all of it is there.
  if (restored.front().status != "active") {
    const Tenant shut = shut_unfinished_tenant(platform, request.slug).tenant;
    if (origin.source.dump.empty()) {
      restore_configuration(session, platform, shut, definitions);
    } else {
      restore_data(
          platform, request.slug, origin.source,
          {.admin_email = request.admin_email, .admin_name = choose_admin_name(request), .keep_access = keep_access},
          &interrupted());
    }
    restored = {open_filled_tenant(platform, request.slug).tenant};
  }
  throw_failures(refresh_seats(platform, restored, 1, Mode::perform));
  return restored.front();
}

// A tenant that an interrupted run has made is not looked at more closely: its data may be of an older schema.
void make_tenant(Session& session, Platform& platform, const TenantRequest& request, RestoreProgress progress) {
  if (progress == RestoreProgress::begun && is_reached(require_tenant(platform, request.slug), Reach::suspended_too))
    return;
  create_tenant(platform, request, show_steps(session));
}

// The administrator is invited, and so are users whom the export declares.
std::size_t count_guests(const Definitions& definitions, const TenantRequest& request) {
  std::set<std::string> guests = {normal_key(KeyForm::email, request.admin_email)};
  const auto users = definitions.objects.find("users");
  if (users == definitions.objects.end()) return guests.size();
  for (const auto& [email, declaration] : users->second) {
    if (declaration.status != "suspended") guests.insert(email);
  }
  return guests.size();
}

void tell_foreseen_messages(Session& session, const TenantRequest& request, const Origin& origin,
                            const Definitions& definitions) {
  if (origin.source.dump.empty()) {
    return tell_messages(session, {.invitations = count_guests(definitions, request)});
  }
  session.terminal().info(messages_words({.invitations = 1}, session.settings().no_mail) + ", unless " +
                          request.admin_email + " is active in the data");
}

void rehearse(Session& session, Platform& platform, const TenantRequest& request, const Origin& origin,
              const Definitions& definitions, RestoreProgress progress) {
  const Tenant tenant = progress == RestoreProgress::none ? rehearse_tenant(platform, request).tenant
                                                          : require_tenant(platform, request.slug);
  const bool finished = progress == RestoreProgress::finished;
  session.terminal().info("dry run: tenant " + request.slug + (finished ? " is already" : " would be") +
                          " restored from " + origin.source.name +
                          (origin.source.dump.empty() ? "" : " with its data") + "; nothing was done");
  write_tenant(session, tenant);
  if (!finished) tell_foreseen_messages(session, request, origin, definitions);
}

void require_whole_dump(const RestoreSource& source) {
  if (source.dump.empty()) return;
  check_dump(source.dump, &interrupted());
  check_dump_schema(source.dump, &interrupted());
}

void run(Session& session, const RestoreTenant& options) {
  Platform platform = open_platform(session);
  const Origin origin = find_origin(platform, options);
  const TenantRequest request = make_request(options, origin);
  require_whole_dump(origin.source);
  if (options.admin_email.empty() && origin.tenant) require_administrator(platform, *origin.tenant);
  const Mode mode = read_mode(session);
  const Definitions definitions = read_restored_definitions(origin.source);
  const RestoreProgress progress = begin_restore(platform, request.slug, origin.source, mode);
  if (progress != RestoreProgress::finished) say_what_is_known(session, options, origin, request);
  if (mode == Mode::rehearse) return rehearse(session, platform, request, origin, definitions, progress);
  if (progress == RestoreProgress::finished) {
    session.terminal().info("tenant " + request.slug + " is already restored from " + origin.source.name +
                            "; nothing changed");
    const Tenant tenant = require_tenant(platform, request.slug);
    write_tenant(session, tenant);
    const ProvisionResult again{
        .tenant = tenant, .how = Provisioned::unchanged, .mail_waits = tenant.status == "active"};
    return send_first_messages(session, platform, {&again});
  }
  make_tenant(session, platform, request, progress);
  const Tenant tenant = fill_tenant(session, platform, request, origin, definitions, options.keep_access);
  finish_restore(platform, tenant, origin.source);
  session.terminal().info("tenant " + tenant.slug + " is restored from " + origin.source.name +
                          (origin.source.dump.empty() ? "" : " with its data"));
  write_tenant(session, tenant);
  tell_queued_messages(session, platform, tenant);
  const ProvisionResult made{.tenant = tenant, .how = Provisioned::created};
  send_first_messages(session, platform, {&made});
}

}  // namespace

Command tenant_restore_command() {
  return command<RestoreTenant>("restore", "restore a tenant from an export, under a new name", run)
      .describe(R"(
Provisions a tenant and gives it the configuration of an export: a file of 'export' or 'tenant archive fetch', or
what a deletion has left in the archive. SLUG is the tenant that the export is of. What the registry has of it is
restored, too, though it is deleted: name, first administrator, plan, seats, limits and features of its own, labels,
subscription with the end of a trial, notes, region; what is given here comes first. The subscription is the one before
the deletion. Custom domains and the enterprise are not restored. An administrator who has left is not invited back
(exit 7). The settings that name a tenant (branding.name, portal.hostname, support.address) are the new one's own.
Identity providers are restored with the rest from the archive; a file has them if it was written with
--with-identity. The tenant is suspended until all of it is there, and 'tenant resume' does not open it before.

With --with-data, the database is restored from the dump beside the export, with users, tickets and the ledger; files
in the tenant's storage are not part of it. The dump has to be the one that the export speaks of. Sessions, API keys
and invitations of the original do not work in the restored tenant, and it is in no enterprise. Access may have been
taken from people since: all users but the administrator are suspended unless --keep-access is given. More users than
seats are refused (exit 5).

Running the command again resumes an interrupted restore, and changes nothing once it is finished. A tenant that was
not restored from the same export is never overwritten (exit 7).)")
      .argument("SLUG", "slug of the tenant that the export is of", &RestoreTenant::slug)
      .values(Values::archived_tenants)
      .option("--from EXPORT", "file of an export, or a number of 'tenant archive list' (default: the newest there)",
              &RestoreTenant::from)
      .values(Values::file)
      .option("--as SLUG", "slug of the new tenant (default: that of the original)", &RestoreTenant::as)
      .values(Values::new_name)
      .option("--with-data", "restore the data, too, from the dump beside the export", &RestoreTenant::with_data)
      .option("--keep-access", "leave users active who were active (default: suspend all but the administrator)",
              &RestoreTenant::keep_access)
      .option("--name NAME", "display name of the new tenant (default: that of the original)", &RestoreTenant::name)
      .option("--admin-email EMAIL", "address of the first administrator (default: that of the original)",
              &RestoreTenant::admin_email)
      .option("--admin-name NAME", "name of the first administrator", &RestoreTenant::admin_name)
      .option("--plan PLAN", "plan of the new tenant (default: that of the original)", &RestoreTenant::plan)
      .option("--seats N", "seats of the new tenant (default: those of the original)", &RestoreTenant::seats)
      .option("--server SERVER", "server to place the tenant on", &RestoreTenant::server)
      .option("--region REGION", "region to place the tenant in (default: that of the original)",
              &RestoreTenant::region)
      .example("acctl tenant restore acme --as acme-2", "The newest export in the archive, under another name.")
      .example("acctl tenant restore acme --from acme.yaml --as acme-2 --with-data", "A file, and acme.yaml.dump.");
}

}  // namespace acctl
