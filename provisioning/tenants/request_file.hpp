// Reads requests for many tenants from a file.
//
// YAML:  acctl: 1
//        manager: sales-ops
//        tenants:
//          acme: {name: Acme Inc., admin_email: ana@acme.example, plan: pro, labels: {tier: gold}}
// CSV:   the columns of tenant_columns() in any order, and label.KEY
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/csv_columns.hpp"
#include "provisioning/tenants/tenant.hpp"
#include "provisioning/tenants/tenant_settings.hpp"

namespace acctl {

// What the columns of a CSV file can be, besides label.KEY.
const std::vector<CsvColumn>& tenant_columns();

struct RequestFileOptions {
  std::string format = {};                        // "csv" or "yaml"; "" if the name of the file says it
  std::vector<std::string> ignored_columns = {};  // of a CSV file
};

// A tenant as a file has it: what it is created with, and the settings that only an edit knows (subscription, features,
// limits, notes). "whole" lists the groups (label, feature, limit) that the file has all of.
struct RegistryRow {
  TenantRequest request;
  TenantSettings more = {};
  std::map<std::string, Place> places = {};  // of its values, called as in a FieldProblem; of "slug" that of the row

  // Where the value stands; of one that is not there the row.
  const Place& find_place(const std::string& field) const;
};

struct RegistryFile {
  std::string manager = "acctl";
  std::vector<RegistryRow> rows = {};
};

// CSV if the name of `file` ends in .csv or .tsv, else YAML. A row without name or admin_email can be that of a tenant
// that exists: require_name_and_admin() throws later for others. Throws Error(invalid) with all problems and their
// places.
RegistryFile read_registry_file(std::string_view text, const std::string& file, const RequestFileOptions& options = {});

// All that the row says of a tenant that exists, as settings, with "whole".
TenantSettings declared_settings(const RegistryRow& row);

}  // namespace acctl
