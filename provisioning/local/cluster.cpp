#include "provisioning/local/cluster.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/database/connection.hpp"
#include "provisioning/local/folder_lock.hpp"
#include "provisioning/local/postmaster.hpp"

namespace acctl {

namespace fs = std::filesystem;

namespace {

// Limits of each wait. A start may have to recover from a crash; a stop writes all that is in memory to the disk.
constexpr std::chrono::seconds make_time{120};
constexpr std::chrono::seconds start_time{60};
constexpr std::chrono::seconds stop_time{60};

// Whether somebody accepts connections on the socket at `path`.
bool listens(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected =
      socket >= 0 && connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (socket >= 0) close(socket);
  return connected;
}

}  // namespace

LocalCluster::LocalCluster(std::string folder, const std::function<bool()>* interrupted)
    : folder_(std::move(folder)),
      data_(folder_ + "/data"),
      server_lock_(folder_ + "/server.lock"),
      interrupted_(interrupted) {
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (!folder_.starts_with('/')) throw Error(ErrorKind::invalid, "the folder '" + folder_ + "' is not absolute");
  if (socket().size() > longest) {
    throw Error(ErrorKind::invalid,
                "the path of the embedded server's socket, " + socket() + ", has " + std::to_string(socket().size()) +
                    " bytes; the system allows " + std::to_string(longest),
                "Set XDG_DATA_HOME to a folder with a shorter name.");
  }
  if (folder_.find(',') != std::string::npos) {
    throw Error(ErrorKind::invalid, "the folder " + folder_ + " has a comma, which separates hosts for PostgreSQL",
                "Set XDG_DATA_HOME to a folder without one.");
  }
}

std::string LocalCluster::default_folder() {
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder == '/') {
    return std::string(folder) + "/acctl/local";
  }
  // Root's home is closed to every other account, that which runs the server included.
  if (geteuid() == 0) return "/var/lib/acctl/local";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.local/share/acctl/local";
  }
  throw Error(ErrorKind::invalid,
              "there is no folder for the embedded server: neither XDG_DATA_HOME nor HOME is an absolute path",
              "Set HOME, or name a server with --database.");
}

std::string LocalCluster::socket() const { return socket_folder() + "/.s.PGSQL.5432"; }

Dsn LocalCluster::dsn() const {
  return Dsn().with("user", "acctl").with("dbname", "acctl").with("host", socket_folder()).with("port", "5432");
}

Dsn LocalCluster::started_dsn() {
  up();
  return dsn();
}

Dsn LocalCluster::running_dsn() const {
  if (accepts()) return dsn();
  if (!status().version) {
    throw Error(ErrorKind::connection, "no server is configured, and there is no embedded server yet",
                "Run 'acctl platform init' to create one, or name a server with --database.");
  }
  throw Error(ErrorKind::connection, "the embedded server is not running",
              "Start it with 'acctl local up', or name another server with --database.");
}

// Not by connecting: that would cost the server a process each time. A server of another container is the exception,
// for its note has a process number of over there, whether its processes are seen from here or not; backends of a
// killed server hold its lock a moment longer, and do not listen.
bool LocalCluster::accepts() const {
  if (const std::optional<Postmaster> postmaster = running_postmaster(data_)) return postmaster->ready;
  return server_lock_.held() && notes_ready(data_) && listens(socket());
}

// No process of a server is left, here or in another container.
bool LocalCluster::unused() const { return processes_in(data_).empty() && !server_lock_.held(); }

bool LocalCluster::exists() const {
  struct stat status = {};
  if (lstat(data_.c_str(), &status) != 0) return false;
  const std::optional<Account> account = server_account();
  if (!S_ISDIR(status.st_mode) || access((data_ + "/PG_VERSION").c_str(), F_OK) != 0) {
    refuse_foreign(data_, "is not a PostgreSQL data folder");
  }
  if (status.st_uid != (account ? account->uid : geteuid())) refuse_foreign(data_, "belongs to another account");
  return true;
}

bool LocalCluster::up() {
  if (accepts()) return false;
  const FolderLock lock(folder_, interrupted_);
  if (!exists()) make();
  // A server may be starting (its `up` was killed) or stopping, or backends may be left of a killed one.
  const auto settled = [&] { return accepts() || unused(); };
  if (!wait_until(settled, {.time = stop_time, .interrupted = interrupted_})) {
    throw Error(ErrorKind::locked, "the embedded server neither stops nor accepts connections",
                "See " + log_folder() + "; then run the command again.");
  }
  if (accepts()) return false;
  start();
  // The whole way once, as the next command goes it.
  SessionOptions options;
  options.interrupted = interrupted_;
  const Connection proof(dsn(), options);
  return true;
}

// A folder of the server's: its account's, closed to all others.
void LocalCluster::make_part(const std::string& path) const {
  const std::optional<Account> account = server_account();
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Error(ErrorKind::failed, "cannot create the folder " + path + ": " + errno_text());
  }
  // Even where it exists: a kill may have come between the two.
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  const bool done =
      folder >= 0 && (!account || fchown(folder, account->uid, account->gid) == 0) && fchmod(folder, 0700) == 0;
  const std::string why = errno_text();
  if (folder >= 0) close(folder);
  if (!done) throw Error(ErrorKind::failed, "cannot prepare the folder " + path + ": " + why);
}

// Of a new name each time: the initdb of a killed call may still be writing into the last one.
std::string LocalCluster::make_part_of_new_name() const {
  std::string fresh = data_ + ".new-XXXXXX";
  if (mkdtemp(fresh.data()) == nullptr) throw Error(ErrorKind::failed, "cannot create " + fresh + ": " + errno_text());
  make_part(fresh);
  return fresh;
}

void LocalCluster::make() {
  remove_remains();
  std::string fresh;
  try {
    fresh = make_part_of_new_name();
    make_data_folder(Installation::newest(), server_account(), fresh, Making::durable,
                     {.time = make_time, .interrupted = interrupted_});
  } catch (const Error&) {
    remove_remains();
    throw;
  }
  if (rename(fresh.c_str(), data_.c_str()) != 0) {
    throw Error(ErrorKind::failed, "cannot rename " + fresh + " to " + data_ + ": " + errno_text());
  }
  sync_parent_folder(data_);
}

void LocalCluster::start() {
  make_part(socket_folder());
  make_part(log_folder());
  const Installation installation = Installation::of_version(*status().version);
  take_server_lock();
  remove_misleading_notes(data_, socket());
  Program postgres{.words = {installation.program("postgres"), "-D", data_},
                   .account = server_account(),
                   .folder = folder_,
                   .inherited = server_lock_.descriptor()};
  const std::string settings[] = {
      "listen_addresses=", "port=5432", "unix_socket_directories=" + socket_setting(socket_folder()),
      "unix_socket_permissions=0700", "cluster_name=acctl-local",
      // A week of messages and no more.
      "logging_collector=on", "log_directory=" + log_folder(), "log_filename=server-%a.log",
      "log_truncate_on_rotation=on", "log_rotation_age=1d", "log_rotation_size=0", "log_checkpoints=off",
      "timezone=UTC", "log_timezone=UTC",
      // systemd removes a user's shared memory objects when the user signs out, with servers that still run or not.
      "dynamic_shared_memory_type=mmap",
      // Nearly every session runs triggers in it: loaded once, not by each.
      "shared_preload_libraries=plpgsql"};
  for (const std::string& setting : settings) postgres.words.insert(postgres.words.end(), {"-c", setting});
  const LogPosition before = log_position(log_folder());
  const pid_t pid = start_daemon(postgres, start_log(log_folder()));
  server_lock_.release();  // the server has it now
  wait_until_ready(pid, before);
}

// Before the server is started, under our own lock. A process that only tests the lock may hold it for a moment.
void LocalCluster::take_server_lock() {
  const std::string note = data_ + "/postmaster.pid";
  if (const std::string host = server_lock_.other_host(); !host.empty() && access(note.c_str(), F_OK) == 0) {
    throw Error(
        ErrorKind::conflict,
        "the embedded server in " + folder_ + " was started on host " + host + " and may still be running there",
        "Stop it there with 'acctl local down'. If that host is gone, remove " + note + ".");
  }
  if (wait_until([&] { return server_lock_.take(); }, {.time = stop_time, .interrupted = interrupted_})) return;
  throw Error(ErrorKind::locked, "another process holds " + folder_ + "/server.lock", "Run the command again.");
}

void LocalCluster::wait_until_ready(int pid, const LogPosition& before) {
  bool ended = false;
  const auto decided = [&] {
    if (accepts()) return true;
    struct stat ignored = {};
    // Not kill(pid, 0): where nobody collects orphans, a dead one keeps its number. Ours may have given way to one that
    // a killed `up` had just started.
    ended = stat(("/proc/" + std::to_string(pid) + "/cwd").c_str(), &ignored) != 0 && processes_in(data_).empty();
    return ended;
  };
  if (!wait_until(decided, {.time = start_time, .interrupted = interrupted_})) {
    throw Error(ErrorKind::locked, "the embedded server is still starting after a minute",
                "It may be recovering after a crash; run the command again. Its messages are in " + log_folder() + ".");
  }
  if (ended) {
    throw Error(ErrorKind::failed, "the embedded server does not start: " + last_error(log_folder(), before),
                "Its messages are in " + log_folder() + ".");
  }
}

bool LocalCluster::down() {
  if (!fs::exists(folder_ + "/lock")) return false;
  const FolderLock lock(folder_, interrupted_);
  const bool ran = running_postmaster(data_).has_value() || server_lock_.held();
  stop();
  return ran;
}

void LocalCluster::stop() {
  // SIGINT is the fast shutdown: sessions are ended, transactions rolled back, memory written to the disk.
  const auto postmaster = running_postmaster(data_);
  const bool reached = postmaster && kill(postmaster->pid, SIGINT) == 0;
  if (!reached && accepts()) {
    throw Error(ErrorKind::conflict, "the embedded server runs in another container that shares " + folder_,
                "Stop it there with 'acctl local down', or stop that container.");
  }
  if (!wait_until([&] { return unused(); }, {.time = stop_time, .interrupted = interrupted_})) {
    throw Error(ErrorKind::locked, "the embedded server does not stop within a minute", "Run the command again.");
  }
}

LocalStatus LocalCluster::status() const {
  LocalStatus status;
  status.data = data_;
  status.socket = socket_folder();
  status.url = dsn().display();
  if (access((data_ + "/PG_VERSION").c_str(), R_OK) == 0) {
    std::string version = read_file(data_ + "/PG_VERSION", 100);
    version.erase(version.find_last_not_of(" \n") + 1);
    status.version = version;
  }
  status.running = accepts();
  if (const auto postmaster = running_postmaster(data_)) status.pid = postmaster->pid;
  return status;
}

bool LocalCluster::destroy() {
  if (!fs::exists(folder_ + "/lock") && !fs::exists(data_)) return false;
  const FolderLock lock(folder_, interrupted_);
  stop();
  // Renamed first: a kill leaves the cluster whole or gone, never half.
  const std::string old = data_ + ".old";
  remove_remains();
  if (rename(data_.c_str(), old.c_str()) != 0 && errno != ENOENT) {
    throw Error(ErrorKind::failed, "cannot rename " + data_ + ": " + errno_text());
  }
  remove_remains();
  refuse_remains();
  for (const char* part : {"/run", "/log", "/server.lock", "/lock"}) {
    std::error_code error;
    fs::remove_all(folder_ + part, error);
    if (error) throw Error(ErrorKind::failed, "cannot remove " + folder_ + part + ": " + error.message());
  }
  rmdir(folder_.c_str());  // stays where something of others is in it
  return true;
}

// What killed calls left of clusters that were being made or destroyed.
void LocalCluster::remove_remains() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("data.new-") && name != "data.old") continue;
    std::error_code kept;  // a writer may be left that ends soon; the next call gets it
    fs::remove_all(entry.path(), kept);
  }
}

// Success is reported only after everything was removed.
void LocalCluster::refuse_remains() const {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("data")) continue;
    throw Error(ErrorKind::failed, "cannot remove all of " + entry.path().string(),
                "Find out which process uses it, then run 'acctl local destroy' again.");
  }
}

}  // namespace acctl
