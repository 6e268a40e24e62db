#include "tests/support/cluster.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "provisioning/database/connection.hpp"
#include "provisioning/local/installation.sql.hpp"
#include "provisioning/local/postmaster.hpp"
#include "tests/support/program.hpp"

namespace acctl::test {

namespace fs = std::filesystem;

namespace {

// The process that made a folder is in its name, so that others can tell what a killed one left.
const std::string prefix = "acctl-cluster-";

fs::path memory_folder() { return fs::is_directory("/dev/shm") ? "/dev/shm" : "/tmp"; }

std::string new_folder() {
  std::string path = (memory_folder() / (prefix + std::to_string(getpid()) + "-XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp " + path);
  chmod(path.c_str(), 0711);  // for the account that runs the server
  return path;
}

void remove_folders_of_the_dead() {
  for (const auto& entry : fs::directory_iterator(memory_folder())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    int pid = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
    if (pid <= 0 || kill(pid, 0) == 0 || errno != ESRCH) continue;
    std::error_code ignored;
    fs::remove_all(entry.path(), ignored);
  }
}

void give_to(const std::optional<Account>& account, const std::string& folder) {
  if (!account) return;
  if (lchown(folder.c_str(), account->uid, account->gid) != 0) throw std::runtime_error("chown " + folder);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (lchown(entry.path().c_str(), account->uid, account->gid) != 0) throw std::runtime_error("chown " + folder);
  }
}

void make_empty_folder(const std::string& path) {
  fs::create_directory(path);
  fs::permissions(path, fs::perms::owner_all);
  give_to(server_account(), path);
}

void make_snapshot(const std::string& snapshot) {
  const std::string folder = new_folder();
  const std::string data = folder + "/data";
  make_empty_folder(data);
  make_data_folder(test_installation(), server_account(), data, Making::fast, {.time = std::chrono::seconds(60)});
  // Not made in the build folder: the account that runs the server may be unable to enter it.
  fs::remove_all(snapshot + ".new");
  fs::copy(data, snapshot + ".new", fs::copy_options::recursive);
  fs::rename(snapshot + ".new", snapshot);
  fs::remove_all(folder);
}

// In the build folder, where a clean build removes it; read from the page cache it is as quick as tmpfs.
std::string snapshot() {
  const std::string statements = std::string(sql::local_role) + sql::local_database + sql::local_no_network;
  const std::string path = ACCTL_BUILD "/test-cluster-" + test_installation().version + "-" +
                           std::to_string(std::hash<std::string>()(statements));
  const int lock = open(ACCTL_BUILD "/test-cluster.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) throw std::runtime_error("cannot lock " ACCTL_BUILD "/test-cluster.lock");
  if (!fs::exists(path)) make_snapshot(path);
  close(lock);
  return path;
}

int number_of(Stop how) {
  switch (how) {
    case Stop::fast:
      return SIGINT;
    case Stop::immediate:
      return SIGQUIT;
    case Stop::kill:
      return SIGKILL;
  }
  return SIGKILL;
}

// What initdb makes with the options of a test; its superuser is postgres, and there is nothing else.
void make_data(const std::string& data, const std::vector<std::string>& options) {
  make_empty_folder(data);
  Program initdb{.words = {test_installation().program("initdb"), "-D", data, "--username=postgres", "--no-sync"},
                 .account = server_account(),
                 .folder = "/"};
  initdb.words.insert(initdb.words.end(), options.begin(), options.end());
  run_to_end(initdb, "", {.time = std::chrono::seconds(60)});
}

// Whether the server follows another one and answers who only reads.
bool is_standby(const std::string& data) {
  std::ostringstream note;
  note << std::ifstream(data + "/postmaster.pid").rdbuf();
  return note.str().find("\nstandby") != std::string::npos;
}

}  // namespace

Installation test_installation() {
  const char* folder = std::getenv("ACCTL_TEST_POSTGRES");
  if (folder == nullptr) return Installation::newest();
  const std::string answer =
      run_to_end({.words = {std::string(folder) + "/postgres", "--version"}, .account = {}, .folder = "/"}, "",
                 {.time = std::chrono::seconds(10)});
  const std::size_t digit = answer.find_first_of("0123456789");
  return {answer.substr(digit, answer.find_first_not_of("0123456789", digit) - digit), folder};
}

int test_version() { return std::stoi(test_installation().version); }

std::string restricted() { return test_version() >= 18 ? "23001" : "23503"; }

Cluster::Cluster(const ClusterOptions& options) : settings_(options.settings) {
  remove_folders_of_the_dead();
  folder_ = new_folder();
  data_ = folder_ + "/data";
  try {
    if (!options.initdb.empty()) {
      make_data(data_, options.initdb);
    } else {
      fs::copy(options.data.empty() ? snapshot() : options.data, data_, fs::copy_options::recursive);
    }
    if (!options.hba.empty()) std::ofstream(data_ + "/pg_hba.conf") << options.hba;
    for (const std::string& name : {data_, folder_ + "/run"}) {
      fs::create_directory(name);
      fs::permissions(name, fs::perms::owner_all);
      give_to(server_account(), name);
    }
    const std::map<std::string, std::string> quick = {{"fsync", "off"},
                                                      {"full_page_writes", "off"},
                                                      {"shared_buffers", "16MB"},
                                                      {"listen_addresses", ""},
                                                      {"port", "5432"},
                                                      {"logging_collector", "off"},
                                                      {"log_checkpoints", "off"},
                                                      {"jit", "off"},
                                                      {"unix_socket_directories", folder_ + "/run"}};
    settings_.insert(quick.begin(), quick.end());
    start();
    if (!options.initdb.empty()) {
      query("postgres", sql::local_role);
      query("postgres", sql::local_database);
    }
  } catch (...) {
    stop(Stop::kill);
    fs::remove_all(folder_);
    throw;
  }
}

Cluster::~Cluster() {
  try {
    stop(Stop::immediate);
  } catch (const std::exception&) {
    // The folder goes all the same.
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Dsn Cluster::dsn(const std::string& user, const std::string& dbname) const {
  return Dsn()
      .with("user", user)
      .with("dbname", dbname)
      .with("host", folder_ + "/run")
      .with("port", settings_.at("port"));
}

std::string Cluster::query(const std::string& dbname, const std::string& sql) const {
  Connection connection(dsn("postgres", dbname), {});
  const Rows rows = connection.script(sql);
  std::string text;
  for (int row = 0; row < rows.size(); ++row) {
    if (row > 0) text += '\n';
    text += rows.text(row, 0);
  }
  return text;
}

void Cluster::start() {
  if (pid_ != 0) return;
  const std::optional<Account> account = server_account();
  Program postgres{
      .words = {test_installation().program("postgres"), "-D", data_}, .account = account, .folder = folder_};
  for (const auto& [name, value] : settings_) postgres.words.insert(postgres.words.end(), {"-c", name + "=" + value});
  // SIGQUIT, not SIGKILL: the server removes its shared memory.
  pid_ = start_child(postgres, data_ + "/server.log", SIGQUIT);
  const auto decided = [&] {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    const auto postmaster = running_postmaster(data_);
    return pid_ == 0 || (postmaster && postmaster->pid == pid_ && (postmaster->ready || is_standby(data_)));
  };
  if (eventually(decided, std::chrono::seconds(30)) && pid_ != 0) return;
  const std::string said = log();
  stop(Stop::kill);
  throw std::runtime_error("the test server does not start: " + said);
}

void Cluster::stop(Stop how) {
  if (pid_ == 0) return;
  // A process that a test has stopped would hear nothing else.
  for (const int pid : processes_in(data_)) kill(pid, SIGCONT);
  kill(pid_, number_of(how));
  const bool ended = eventually([&] { return waitpid(pid_, nullptr, WNOHANG) == pid_; }, std::chrono::seconds(20));
  if (!ended) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_ = 0;
  // Backends outlive a killed postmaster until they look up.
  if (!eventually([&] { return processes_in(data_).empty(); })) throw std::runtime_error("backends that do not end");
}

std::string Cluster::log() const {
  std::ostringstream text;
  text << std::ifstream(data_ + "/server.log").rdbuf();
  return text.str();
}

}  // namespace acctl::test
