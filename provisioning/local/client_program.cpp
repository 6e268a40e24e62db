#include "provisioning/local/client_program.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/local/installation.hpp"

namespace acctl {

namespace {

bool can_be_run(const std::string& path) { return access(path.c_str(), X_OK) == 0; }

// What libpq reads of an environment besides a connection string, without what acctl sets itself and without secrets.
constexpr const char* passed_on[] = {
    "HOME",         "PGHOST",       "PGPORT",        "PGUSER",       "PGSERVICE",         "PGSERVICEFILE",
    "PGSYSCONFDIR", "PGSSLMODE",    "PGSSLCERT",     "PGSSLKEY",     "PGSSLROOTCERT",     "PGSSLCRL",
    "PGSSLCRLDIR",  "PGGSSENCMODE", "PGREQUIREPEER", "PGKRBSRVNAME", "PGCONNECT_TIMEOUT", "PGTARGETSESSIONATTRS"};

std::string quoted_value(const std::string& value) {
  return "'" + with_spellings(value, {{'\'', "\\'"}, {'\\', "\\\\"}}) + "'";
}

}  // namespace

std::string find_client_program(const std::string& name) {
  std::string found;
  int newest = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(debian_folder, none)) {
    const std::string folder = entry.path().filename().string();
    int version = 0;
    std::from_chars(folder.data(), folder.data() + folder.size(), version);
    const std::string path = entry.path().string() + "/bin/" + name;
    if (version <= newest || !can_be_run(path)) continue;
    newest = version;
    found = path;
  }
  if (!found.empty()) return found;
  for (const std::string& folder : path_folders()) {
    if (can_be_run(folder + "/" + name)) return folder + "/" + name;
  }
  throw Error(ErrorKind::failed, "there is no " + name + " in " + debian_folder + " or in PATH",
              "Install it with: apt-get install postgresql-client.");
}

ClientAccess::ClientAccess(const Dsn& dsn) : dsn_(dsn) {
  const char* given = std::getenv("PGPASSWORD");
  std::string password = dsn.get("password");
  if (password.empty() && given != nullptr) password = given;
  keep(password);
}

ClientAccess::ClientAccess(const Dsn& dsn, const Secret& password) : dsn_(dsn) { keep(password.reveal()); }

ClientAccess::~ClientAccess() {
  if (passfile_ >= 0) close(passfile_);
}

void ClientAccess::keep(const std::string& password) {
  if (password.empty()) return;
  const std::string line = "*:*:*:*:" + with_spellings(password, {{':', "\\:"}, {'\\', "\\\\"}}) + "\n";
  passfile_ = memfd_create("acctl-passfile", MFD_CLOEXEC);
  // libpq refuses one that others could read.
  if (passfile_ < 0 || fchmod(passfile_, 0600) != 0 ||
      write(passfile_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw Error(ErrorKind::failed, "memory file: " + errno_text());
  }
}

std::string ClientAccess::conninfo() const {
  Dsn shown = dsn_;
  if (passfile_ >= 0) shown = shown.with("passfile", "/proc/self/fd/" + std::to_string(passfile_));
  std::string text;
  for (const auto& [key, value] : shown.parameters()) {
    if (value.empty() || Dsn().with(key, value).holds_secret()) continue;
    text += (text.empty() ? "" : " ") + key + "=" + quoted_value(value);
  }
  return text;
}

std::vector<std::string> ClientAccess::environment() const {
  std::vector<std::string> all;
  const auto pass_on = [&](const char* name) {
    const char* value = std::getenv(name);
    if (value != nullptr) all.push_back(std::string(name) + "=" + value);
  };
  for (const char* name : passed_on) pass_on(name);
  if (passfile_ < 0) pass_on("PGPASSFILE");
  return all;
}

}  // namespace acctl
