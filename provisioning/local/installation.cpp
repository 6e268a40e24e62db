#include "provisioning/local/installation.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "provisioning/base/error.hpp"
#include "provisioning/local/installation.sql.hpp"

namespace acctl {

namespace {

bool complete(const std::string& folder) {
  return access((folder + "/initdb").c_str(), X_OK) == 0 && access((folder + "/postgres").c_str(), X_OK) == 0;
}

int parse_number(const std::string& version) {
  int value = 0;
  std::from_chars(version.data(), version.data() + version.size(), value);
  return value;
}

// "15" of "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".
std::string major_version(const std::string& answer) {
  const std::size_t at = answer.find_first_of("0123456789");
  if (at == std::string::npos) return "";
  return answer.substr(at, answer.find_first_not_of("0123456789", at) - at);
}

std::vector<Installation> in_path() {
  for (const std::string& folder : path_folders()) {
    if (!complete(folder)) continue;
    const std::string answer = run_to_end({.words = {folder + "/postgres", "--version"}, .account = {}, .folder = "/"},
                                          "", {.time = std::chrono::seconds(10)});
    return {{major_version(answer), folder}};
  }
  return {};
}

std::string to_parent(const std::string& folder) { return std::filesystem::path(folder).parent_path().string(); }

// The newest first.
std::vector<Installation> installations() {
  std::vector<Installation> all;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(debian_folder, none)) {
    const std::string folder = entry.path().string() + "/bin";
    if (complete(folder)) all.push_back({entry.path().filename().string(), folder});
  }
  if (all.empty()) all = in_path();
  std::ranges::sort(all,
                    [](const auto& a, const auto& b) { return parse_number(a.version) > parse_number(b.version); });
  return all;
}

}  // namespace

std::vector<std::string> path_folders() {
  const char* path = std::getenv("PATH");
  std::istringstream rest(path == nullptr ? "" : path);
  std::vector<std::string> folders;
  for (std::string folder; std::getline(rest, folder, ':');) {
    if (folder.starts_with('/')) folders.push_back(folder);
  }
  return folders;
}

Installation Installation::newest() {
  const std::vector<Installation> all = installations();
  if (!all.empty()) return all.front();
  throw Error(ErrorKind::failed, std::string("there is no PostgreSQL server in ") + debian_folder + " or in PATH",
              "Install it with: apt-get install postgresql (or name a server with --database).");
}

Installation Installation::of_version(const std::string& version) {
  const std::vector<Installation> all = installations();
  for (const Installation& found : all) {
    if (found.version == version) return found;
  }
  std::string hint = "Install it: apt-get install postgresql-" + version + ".";
  if (!all.empty() && parse_number(all.front().version) > parse_number(version)) {
    hint += " 'acctl local upgrade' then upgrades the data to PostgreSQL " + all.front().version + ".";
  }
  throw Error(ErrorKind::failed,
              "the embedded cluster was created by PostgreSQL " + version + ", which is no longer installed", hint);
}

void make_empty_data_folder(const Installation& installation, const std::optional<Account>& account,
                            const std::string& data, Making making, const Patience& patience) {
  Program initdb{.words = {installation.program("initdb"), "-D", data, "--username=postgres", "--encoding=UTF8",
                           "--locale=C.UTF-8",
                           // Nobody is asked for a password on the socket: its folder lets in only its owner and root,
                           // who could read the files themselves.
                           "--auth-local=trust", "--auth-host=reject"},
                 .account = account,
                 .folder = to_parent(data)};
  if (making == Making::fast) initdb.words.insert(initdb.words.end(), {"--no-sync", "--wal-segsize=1"});
  run_to_end(initdb, "", patience);
}

void make_data_folder(const Installation& installation, const std::optional<Account>& account, const std::string& data,
                      Making making, const Patience& patience) {
  make_empty_data_folder(installation, account, data, making, patience);
  Program single{.words = {installation.program("postgres"), "--single", "-j", "-c", "exit_on_error=on", "-D", data},
                 .account = account,
                 .folder = to_parent(data)};
  if (making == Making::fast) {
    single.words.insert(single.words.end(), {"-c", "fsync=off", "-c", "max_wal_size=8MB", "-c", "min_wal_size=2MB"});
  }
  single.words.emplace_back("postgres");
  // In single-user mode, so that there never is a server that has no role acctl yet. Started without our parameters,
  // by hand, the cluster listens nowhere: its trust is meant for our socket folder alone.
  std::string statements;
  for (const char* sql :
       {sql::local_role, sql::local_database, sql::local_nobody_else, sql::local_no_network, sql::local_no_socket}) {
    statements += std::string(sql) + "\n\n";
  }
  run_to_end(single, statements, patience);
}

void copy_settings(const std::optional<Account>& account, const std::string& from, const std::string& to) {
  // As the account: root writes nothing into a folder of somebody else's.
  run_to_end({.words = {"/bin/cp", from + "/postgresql.auto.conf", to + "/postgresql.auto.conf"},
              .account = account,
              .folder = "/"},
             "", {.time = std::chrono::seconds(10)});
}

std::string socket_setting(const std::string& folder) {
  std::string quoted = "\"";
  for (char c : folder) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace acctl
