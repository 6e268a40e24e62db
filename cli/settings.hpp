// The global options, resolved: flag > environment > context of the configuration file > default.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace acctl {

// Characters of what --actor says.
constexpr std::size_t longest_actor = 200;

// Throw Error(invalid) for what is out of bounds; `name` is that of the option or of a context's entry.
void check_parallel(const std::string& name, std::int64_t tenants);
void check_timeout(const std::string& name, const std::string& duration);

struct Settings {
  std::string context;
  std::string database;  // libpq URI or key=value; empty: the embedded server
  std::vector<std::string> tenants;
  bool all = false;
  std::vector<std::string> match;  // KEY=VALUE
  std::string output = "table";
  std::vector<std::string> columns;  // as given: "slug,name"
  std::string sort;
  bool no_headers = false;
  bool yes = false;
  bool dry_run = false;
  bool no_mail = false;
  std::int64_t parallel = 8;
  std::string actor;
  std::string reason;
  std::string as;
  std::string key_file;
  bool quiet = false;
  bool verbose = false;
  bool no_color = false;
  std::string log_format = "text";
  std::string log_file;  // a path, or "syslog"
  std::string timeout = "30s";
  std::string trace;

  // What the context says of prompts, and what it leaves out.
  bool is_protected = false;
  bool lacks_database = false;  // it is for a platform that it does not name
  std::string color;

  // Where each setting comes from, by the name of its option: "--tenant", "$ACCTL_TENANT", "config.yaml:4:13"; nothing
  // for a default.
  std::map<std::string, std::string> origins;
};

}  // namespace acctl
