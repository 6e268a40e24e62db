// What the binary carries of templates/: the migrations of the control and the tenant databases, and the packs with
// their templates and samples.
#pragma once

#include <string_view>
#include <vector>

namespace acctl {

struct Migration {
  int version;                // 1, 2, 3 … without a gap
  std::string_view name;      // file name without its ending: "0001_registry"
  std::string_view checksum;  // SHA-256 of the file, hexadecimal
  std::string_view sql;
};

struct Pack {
  std::string_view name;
  std::string_view digest;  // over pack, sample and all tenant migrations: what a template database is made from
  std::string_view yaml;
  std::string_view starters;  // definitions of what files can clone from it, and no tenant begins with
  std::string_view sample;    // items and articles that a tenant begins with (tenants/sample_content.hpp)
};

const std::vector<Migration>& control_migrations();
const std::vector<Migration>& tenant_migrations();
const std::vector<Pack>& packs();

namespace sql {

// The queries of all .sql files of provisioning; each file has a header of its own, which is generated.
struct Query {
  std::string_view name;
  std::string_view text;
};
const std::vector<Query>& all();

}  // namespace sql

}  // namespace acctl
