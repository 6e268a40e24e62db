#include "provisioning/tenants/archive.hpp"

#include <algorithm>
#include <limits>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/tenants/archive.sql.hpp"

namespace acctl {

namespace {

ArchivedExport to_archived(const Row& row) {
  ArchivedExport archived{.id = row.integer(0),
                          .slug = row.text(1),
                          .name = row.text(2),
                          .tenant = row.text(3),
                          .status = row.text(4),
                          .plan = row.text(13),
                          .pack = row.text(14),
                          .schema_version = row.integer(5),
                          .bytes = row.integer(6),
                          .created_at = row.text(7),
                          .hold_until = row.optional(8),
                          .deleted_at = row.optional(9)};
  if (!row.is_null(10)) {
    archived.data = DataDump{.file = row.text(10), .bytes = row.integer(11), .sha256 = row.text(12)};
  }
  return archived;
}

Rows query_exports(Platform& platform, const std::vector<std::string>& slugs, std::optional<std::int64_t> id) {
  return platform.control().query(sql::archived_exports, {text_array(slugs), id});
}

[[noreturn]] void throw_no_export(Platform& platform, const std::string& slug, std::optional<std::int64_t> id) {
  if (id && slug.empty()) {
    throw Error(ErrorKind::invalid, "the archive has no export " + std::to_string(*id),
                "'acctl tenant archive list' lists what deletions have left.");
  }
  if (id && !query_exports(platform, {slug}, {}).empty()) {
    throw Error(ErrorKind::invalid, "the archive has no export " + std::to_string(*id) + " of a tenant '" + slug + "'",
                "See 'acctl tenant archive list " + slug + "'.");
  }
  const std::vector<std::string> known = platform.control().query(sql::archived_slugs).texts();
  throw Error(ErrorKind::invalid, "the archive has no export of a tenant '" + slug + "'" + did_you_mean(slug, known),
              "'acctl tenant archive list' lists what deletions have left.");
}

}  // namespace

void for_each_archived(Platform& platform, const std::vector<std::string>& slugs,
                       const std::function<void(const ArchivedExport&)>& visit) {
  for (const Row row : query_exports(platform, slugs, {})) visit(to_archived(row));
}

std::optional<std::int64_t> archive_number(const std::string& word) {
  if (word.empty() || !std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; })) return {};
  return word.size() > 18 ? std::numeric_limits<std::int64_t>::max() : std::stoll(word);
}

ArchivedExport require_archived(Platform& platform, const std::string& slug, std::optional<std::int64_t> id) {
  const bool any = slug.empty() && id;
  const Rows rows = query_exports(platform, any ? std::vector<std::string>() : std::vector{slug}, id);
  if (rows.empty()) throw_no_export(platform, slug, id);
  return to_archived(rows.at(0));
}

std::string archived_document(Platform& platform, const ArchivedExport& archived) {
  return std::string(platform.control().query(sql::archived_document, {archived.id}).text(0, 0));
}

std::string require_archived_data(const ArchivedExport& archived) {
  if (!archived.data) {
    throw Error(ErrorKind::invalid,
                "export " + std::to_string(archived.id) + " of tenant " + archived.slug + " has no data",
                "The deletion kept the configuration alone; 'acctl tenant delete --with-data' keeps both.");
  }
  const DataDump found = describe_dump(archived.data->file);
  if (found.bytes == archived.data->bytes && found.sha256 == archived.data->sha256) return found.file;
  throw Error(ErrorKind::conflict, found.file + " is not the dump that the registry knows",
              "Get it back from a backup of the tenants' files.");
}

std::string archive_folder(const Platform& platform) { return platform.settings().storage_root + "/.archive"; }

std::string archive_file(const Platform& platform, const std::string& tenant_id, std::int64_t epoch) {
  make_folder(archive_folder(platform));
  return archive_folder(platform) + "/" + tenant_id + "-" + std::to_string(epoch) + ".dump";
}

std::optional<LastExport> find_last_export(Platform& platform, const std::string& tenant_id, const std::string& slug) {
  const Rows rows = platform.control().query(sql::last_export_of_tenant, {tenant_id});
  if (rows.empty()) return std::nullopt;
  const std::int64_t id = rows.integer(0, 0);
  return LastExport{
      id, std::string(rows.is_null(0, 1) ? "its configuration is" : "its configuration and its data are") +
              " kept in the archive as export " + std::to_string(id) + ": acctl tenant archive fetch " + slug +
              " --out FILE"};
}

}  // namespace acctl
