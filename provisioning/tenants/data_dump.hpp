// Dumps all data of a tenant's database with pg_dump, and checks and reads such dumps.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// A file of pg_dump's custom format.
struct DataDump {
  std::string file;        // absolute, or as it was given
  std::int64_t bytes = 0;  // of the file
  std::string sha256;      // 64 hexadecimal digits
};

using Interrupted = const std::function<bool()>*;

// Dumps the tenant's whole database into `file`, mode 0600: it gets that name once it is whole and pg_restore can list
// it. Throws Error(failed) with the last words of pg_dump, Error(locked) while staff are connected to the tenant.
DataDump dump_data(Platform& platform, const Tenant& tenant, const std::string& file, Interrupted interrupted);

// Size and digest of a dump, which are what `file` holds now. Throws Error(invalid) if it cannot be read.
DataDump describe_dump(const std::string& file);

// Throws Error(invalid) unless pg_restore can list it as the dump of a tenant's database.
void check_dump(const std::string& file, Interrupted interrupted);

// The comment of an export that has a dump beside it, "# data: 4711 bytes, sha256 …\n", and what such a comment in
// `document` says; file is "" then. An empty digest: there is none.
std::string data_comment(const DataDump& dump);
DataDump read_data_comment(const std::string& document);

// A connection string of the tenant's database, as acctl itself reaches it.
Dsn tenant_dsn(const Platform& platform, const Tenant& tenant);

}  // namespace acctl
