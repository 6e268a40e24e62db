// Finds the PostgreSQL programs of this machine, and creates data folders with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/base/process.hpp"

namespace acctl {

// Where Debian keeps the programs of each major version, as VERSION/bin.
inline constexpr const char* debian_folder = "/usr/lib/postgresql";

// The absolute folders of PATH, in its order.
std::vector<std::string> path_folders();

struct Installation {
  std::string version;  // "15"
  std::string folder;   // where initdb and postgres are

  // The newest below /usr/lib/postgresql, where Debian keeps them, else the one in PATH. Throws Error(failed) naming
  // the package to install.
  static Installation newest();

  // The one of exactly that major version: another cannot read its data folders. Throws Error(failed) if it is not
  // installed, naming the package, and the upgrade if a newer one is installed.
  static Installation of_version(const std::string& version);

  std::string program(const std::string& name) const { return folder + "/" + name; }
};

// `fast` is for tests: small, and nothing is forced to the disk.
enum class Making { durable, fast };

// Makes `data` (an empty folder of the account's, mode 0700) a cluster with the superuser postgres, and the role and
// the database acctl. Not atomic: make it under another name and rename it.
void make_data_folder(const Installation& installation, const std::optional<Account>& account, const std::string& data,
                      Making making, const Patience& patience);

// What initdb alone makes of it, with nothing but the superuser: for pg_upgrade, which brings all else.
void make_empty_data_folder(const Installation& installation, const std::optional<Account>& account,
                            const std::string& data, Making making, const Patience& patience);

// The settings that make_data_folder() stored in one data folder, for another that has none: pg_upgrade leaves them.
void copy_settings(const std::optional<Account>& account, const std::string& from, const std::string& to);

// `folder` as an element of the setting unix_socket_directories.
std::string socket_setting(const std::string& folder);

}  // namespace acctl
