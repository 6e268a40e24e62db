#include "provisioning/tenants/archive.hpp"

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/output_file.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/large_files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/tenants/export.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const ArchivedExport& archived) {
  const auto or_null = [](const std::optional<std::string>& text) { return text ? Json(*text) : Json(); };
  Json data;
  if (archived.data) {
    data = {{"file", archived.data->file}, {"bytes", archived.data->bytes}, {"sha256", archived.data->sha256}};
  }
  return {{"id", archived.id},
          {"slug", archived.slug},
          {"name", archived.name},
          {"tenant_id", archived.tenant},
          {"status", archived.status},
          {"plan", archived.plan},
          {"pack", archived.pack},
          {"schema_version", archived.schema_version},
          {"document_bytes", archived.bytes},
          {"data", data},
          {"created_at", archived.created_at},
          {"hold_until", or_null(archived.hold_until)},
          {"deleted_at", or_null(archived.deleted_at)}};
}

// Which export is meant: one of a tenant by its number, else the newest.
struct NamedExport {
  std::string name;  // a slug or a number
  std::optional<std::int64_t> id;
};

Argument export_argument(std::string& target) {
  return parse_argument("[EXPORT]", "slug of the tenant, or a number of 'tenant archive list'", &target,
                        Values::archived_exports);
}

std::vector<Option> export_options(std::optional<std::int64_t>& target) {
  return {parse_option("--id NUMBER", "the export with this number (default: the newest one of the tenant)", &target,
                       {.values = Values::archive_numbers})};
}

// A slug begins with a letter, so that a number is an export's.
ArchivedExport require_named(Session& session, Platform& platform, const NamedExport& named) {
  const std::optional<std::int64_t> number = archive_number(named.name);
  if (number && named.id && *named.id != *number) {
    throw Error(ErrorKind::invalid, "EXPORT and --id name different exports", "Give only one of them.");
  }
  const bool by_slug = !number || session.given("--tenant");
  const ArchivedExport archived = require_archived(
      platform, by_slug ? read_slug(session, number ? "" : named.name) : "", number ? number : named.id);
  session.note_tenant(archived.slug);
  return archived;
}

struct ListArchive {
  std::vector<std::string> slugs;
};

void run_list(Session& session, const ListArchive& options) {
  refuse_selectors(session);
  std::vector<std::string> slugs = options.slugs;
  if (slugs.empty() && session.given("--tenant")) slugs = session.settings().tenants;
  Platform platform = open_platform(session);
  for (const std::string& slug : slugs) require_tenant(platform, slug);
  RecordWriter out = session.records(Shape::many, {"ID",
                                                   "SLUG",
                                                   "NAME",
                                                   "STATUS",
                                                   {"CREATED", "/created_at"},
                                                   {"HELD UNTIL", "/hold_until"},
                                                   {"BYTES", "/document_bytes"},
                                                   {"DATA BYTES", "/data/bytes"}});
  for_each_archived(platform, slugs, [&](const ArchivedExport& archived) { out.add(to_json(archived)); });
  out.finish();
  if (out.empty())
    session.terminal().info(slugs.empty() ? "the archive is empty"
                                          : "the archive holds no export of " + enumerated(slugs, 10));
}

void run_show(Session& session, const NamedExport& options) {
  Platform platform = open_platform(session);
  const ArchivedExport archived = require_named(session, platform, options);
  RecordWriter out = session.records(Shape::one, {"id",
                                                  "slug",
                                                  "name",
                                                  "tenant id",
                                                  "status",
                                                  "plan",
                                                  "pack",
                                                  "schema version",
                                                  {"created", "/created_at"},
                                                  {"held until", "/hold_until"},
                                                  {"deleted", "/deleted_at"},
                                                  "document bytes",
                                                  {"data", "/data/file"},
                                                  {"data bytes", "/data/bytes"},
                                                  {"data sha256", "/data/sha256"}});
  out.add(to_json(archived));
  out.finish();
}

struct FetchArchived : NamedExport {
  std::string out;
  bool identity = false;
};

void run_fetch(Session& session, const FetchArchived& options) {
  Platform platform = open_platform(session);
  const ArchivedExport archived = require_named(session, platform, options);
  const std::string kept = archived_document(platform, archived);
  const std::string document = options.identity ? kept : without_identity(kept);
  if (options.out == "-") {
    write_text(document);
    flush_output();
    if (archived.data) session.terminal().warn("the data is left out; give --out a file to get both");
    return;
  }
  // The dump first: who has the export of a tenant with data has its dump.
  const std::string dump = archived.data ? require_archived_data(archived) : "";
  if (!dump.empty() && !session.settings().dry_run) copy_file(dump, options.out + ".dump");
  if (!write_output_file(session, options.out, document)) return;
  session.terminal().info("export " + std::to_string(archived.id) + " of tenant " + archived.slug + " written to " +
                          options.out + (dump.empty() ? "" : ", and its data to " + options.out + ".dump"));
}

Command list_command() {
  return command<ListArchive>("list", "list the exports of deleted tenants", run_list)
      .describe(R"(
Lists what 'tenant delete' has kept, the newest first: of tenants that are held for deletion, of those that are
dropped, and of those that were resumed. A slug can have been that of several tenants; the number (ID, and what -o name
prints) is what 'show', 'fetch' and 'tenant restore --from' take.)")
      .argument("[SLUG...]", "only of tenants with these slugs", &ListArchive::slugs)
      .values(Values::archived_tenants)
      .example("acctl tenant archive list", "Everything that is kept.")
      .example("acctl tenant archive list acme -o json", "The exports of one tenant, for a script.")
      .trail(Trail::nothing);
}

Command show_command() {
  return command<NamedExport>("show", "show what is kept of a deleted tenant", run_show)
      .describe(R"(
Shows the newest export of a tenant, or the one with a number: whose it is, when it was made, how large it is, and
whether a dump of its data is kept with it.)")
      .with(export_argument, &NamedExport::name)
      .with(export_options, &NamedExport::id)
      .example("acctl tenant archive show acme", "The newest export.")
      .example("acctl tenant archive show 1", "An export by its number.")
      .trail(Trail::nothing);
}

Command fetch_command() {
  return command<FetchArchived>("fetch", "write the export of a deleted tenant to a file", run_fetch)
      .describe(R"(
Writes the newest export of a tenant, or the one with a number, to a file: definitions that 'import' and 'tenant
restore' read. As with 'export', the settings that name the tenant (branding.name, portal.hostname, support.address),
its identity providers, and sso.enforced if it binds users to them, are left out unless --with-identity is given: a
tenant that imports the file keeps its own. 'tenant restore' without --from reads the whole export from the archive. If
a dump of its data is kept with it, FILE.dump is written, too: a file of pg_dump's custom format, which is checked
against the digest that the registry has. Both are created with mode 0600.)")
      .with(export_argument, &FetchArchived::name)
      .with(export_options, &FetchArchived::id)
      .option("--out FILE", "write to this file (created with mode 0600), or - for standard output",
              &FetchArchived::out)
      .required()
      .values(Values::file)
      .option("--with-identity", "include brand name, host name, support address and identity providers",
              &FetchArchived::identity)
      .example("acctl tenant archive fetch acme --out acme.yaml", "The newest export, and acme.yaml.dump with data.")
      .example("acctl tenant archive fetch acme --id 12 --out -", "An earlier one to standard output.")
      .trail(Trail::every_look);
}

}  // namespace

Command tenant_archive_command() {
  return command_group("archive", "list and fetch the exports of deleted tenants", R"(
'tenant delete' keeps an export of the tenant's configuration in the registry, and with --with-data a dump of its data
in the folder .archive of the platform's file storage. They stay when the tenant is dropped.)",
                       {list_command, show_command, fetch_command});
}

}  // namespace acctl
