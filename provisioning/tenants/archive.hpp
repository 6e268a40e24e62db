// Reads the archive: the exports that deletions have left in the registry, and the dumps of data beside them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/data_dump.hpp"

namespace acctl {

// An export, and whose it is.
struct ArchivedExport {
  std::int64_t id = 0;
  std::string slug;
  std::string name;
  std::string tenant;  // UUID: a slug can have been that of several tenants
  std::string status;  // of the tenant, now
  std::string plan;
  std::string pack;
  std::int64_t schema_version = 0;
  std::int64_t bytes = 0;                 // of the document
  std::string created_at;                 // RFC 3339, UTC, as the others
  std::optional<std::string> hold_until;  // of a tenant that is held for deletion
  std::optional<std::string> deleted_at;
  std::optional<DataDump> data;
};

// The exports of tenants with these slugs, of all tenants if there are none; the newest first, one at a time.
void for_each_archived(Platform& platform, const std::vector<std::string>& slugs,
                       const std::function<void(const ArchivedExport&)>& visit);

// The number of an export, if `word` is one; no slug is. Of one with more digits than a number has, one that none has.
std::optional<std::int64_t> archive_number(const std::string& word);

// The newest export of a tenant with that slug, or the one with that id, whose slug can be left out (""). Throws
// Error(invalid) if there is none.
ArchivedExport require_archived(Platform& platform, const std::string& slug, std::optional<std::int64_t> id = {});

// The document of one of them.
std::string archived_document(Platform& platform, const ArchivedExport& archived);

// The path of its dump, which was looked at: it is the file that the registry knows. Throws Error(invalid) if there is
// none, Error(conflict) if the file is missing or another one.
std::string require_archived_data(const ArchivedExport& archived);

// Where a dump of this tenant is kept, for its run `epoch`: a new file in the folder of the archive, which is made.
std::string archive_file(const Platform& platform, const std::string& tenant_id, std::int64_t epoch);

// The folder of the archive, in that of the tenants' files.
std::string archive_folder(const Platform& platform);

// What the last deletion of a tenant has kept.
struct LastExport {
  std::int64_t id = 0;
  std::string
      words;  // "its configuration is kept in the archive as export 12: acctl tenant archive fetch acme --out FILE"
};

// Nothing if it kept none.
std::optional<LastExport> find_last_export(Platform& platform, const std::string& tenant_id, const std::string& slug);

}  // namespace acctl
