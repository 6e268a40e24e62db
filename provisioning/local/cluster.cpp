#include "provisioning/local/cluster.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "provisioning/database/connection.hpp"
#include "provisioning/local/installation.hpp"
#include "provisioning/local/postmaster.hpp"
#include "provisioning/model/error.hpp"
#include "provisioning/model/files.hpp"

namespace acctl {

namespace fs = std::filesystem;

namespace {

// Limits of each wait. A start may have to recover from a crash; a stop writes all that is in memory to the disk.
constexpr std::chrono::seconds make_time{120};
constexpr std::chrono::seconds start_time{60};
constexpr std::chrono::seconds stop_time{60};
constexpr std::chrono::seconds lock_time{180};

std::string reason() { return std::strerror(errno); }

[[noreturn]] void foreign(const std::string& path, const std::string& why) {
  throw Error(ErrorKind::conflict, path + " " + why + ", so it is not acctl's to use",
              "Move it away, or set XDG_DATA_HOME to another folder.");
}

// Creates `path` and what is missing above it. Root's must be open to the account that runs the server; what is
// private lies below in folders of its own.
void make_folders(const std::string& path) {
  const mode_t mode = geteuid() == 0 ? 0711 : 0700;
  fs::path so_far;
  for (const auto& part : fs::path(path)) {
    so_far /= part;
    if (mkdir(so_far.c_str(), mode) == 0) {
      chmod(so_far.c_str(), mode);  // whatever the umask
    } else if (errno != EEXIST && errno != EROFS) {
      throw Error(ErrorKind::failed, "cannot create the folder " + so_far.string() + ": " + reason());
    }
  }
}

void sync_folder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

std::string last_words(const std::string& log) {
  std::string text;
  try {
    text = read_file(log, 1 << 20);
  } catch (const Error&) {
    return "no word of why";
  }
  const std::size_t fatal = std::min(text.rfind("FATAL:"), text.rfind("PANIC:"));
  if (fatal != std::string::npos) return text.substr(fatal, text.find('\n', fatal) - fatal);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

// The exclusive right to make, start, stop or destroy; creates the folder when it is missing.
class LocalCluster::Lock {
 public:
  Lock(const std::string& folder, const std::function<bool()>* interrupted) {
    const auto taken = [&] { return try_once(folder); };
    if (wait_until(taken, {.time = lock_time, .interrupted = interrupted})) return;
    throw Error(ErrorKind::locked, "another acctl is starting or stopping the embedded server",
                "Run the command again when it has ended.");
  }
  ~Lock() { reset(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  bool try_once(const std::string& folder) {
    reset();
    claim(folder);
    const std::string path = folder + "/lock";
    file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file_ < 0) {
      if (errno == ENOENT) return false;  // destroyed this very moment
      throw Error(ErrorKind::failed, "cannot open " + path + ": " + reason());
    }
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) return false;
    // `destroy` removes the file under its lock: who waited for it then holds nothing.
    struct stat held = {};
    struct stat named = {};
    return fstat(file_, &held) == 0 && stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
  }

  static void claim(const std::string& folder) {
    make_folders(folder);
    struct stat status = {};
    if (stat(folder.c_str(), &status) != 0) throw Error(ErrorKind::failed, "cannot read " + folder + ": " + reason());
    if (!S_ISDIR(status.st_mode)) foreign(folder, "is not a folder");
    if (status.st_uid != geteuid()) foreign(folder, "belongs to somebody else");
    // In one look: another acctl may be making or destroying it at this moment.
    bool empty = true;
    std::error_code failed;
    fs::directory_iterator entry(folder, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      if (entry->path().filename() == "lock") return;
      empty = false;
    }
    if (failed && failed != std::errc::no_such_file_or_directory) {
      throw Error(ErrorKind::failed, "cannot read " + folder + ": " + failed.message());
    }
    if (!empty) foreign(folder, "holds files of something else");
  }

  void reset() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  int file_ = -1;
};

LocalCluster::LocalCluster(std::string folder, const std::function<bool()>* interrupted)
    : folder_(std::move(folder)), data_(folder_ + "/data"), interrupted_(interrupted) {
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
              "no place for the embedded server: neither XDG_DATA_HOME nor HOME is an absolute path",
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

// Not by connecting: that would cost the server a process each time.
bool LocalCluster::accepts() const {
  const std::optional<Postmaster> postmaster = running_postmaster(data_);
  return postmaster && postmaster->ready;
}

bool LocalCluster::exists() const {
  struct stat status = {};
  if (lstat(data_.c_str(), &status) != 0) return false;
  const std::optional<Account> account = server_account();
  if (!S_ISDIR(status.st_mode) || access((data_ + "/PG_VERSION").c_str(), F_OK) != 0) {
    foreign(data_, "is not a PostgreSQL data folder");
  }
  if (status.st_uid != (account ? account->uid : geteuid())) foreign(data_, "belongs to somebody else");
  return true;
}

bool LocalCluster::up() {
  if (accepts()) return false;
  const Lock lock(folder_, interrupted_);
  if (!exists()) make();
  // A server may be starting (its `up` was killed) or stopping, or backends may be left of a killed one.
  const auto settled = [&] { return accepts() || processes_in(data_).empty(); };
  if (!wait_until(settled, {.time = stop_time, .interrupted = interrupted_})) {
    throw Error(ErrorKind::locked, "the embedded server neither ends nor accepts connections",
                "See " + folder_ + "/log; then run the command again.");
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
    throw Error(ErrorKind::failed, "cannot create the folder " + path + ": " + reason());
  }
  // Even where it exists: a kill may have come between the two.
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  const bool done =
      folder >= 0 && (!account || fchown(folder, account->uid, account->gid) == 0) && fchmod(folder, 0700) == 0;
  const std::string why = reason();
  if (folder >= 0) close(folder);
  if (!done) throw Error(ErrorKind::failed, "cannot prepare the folder " + path + ": " + why);
}

void LocalCluster::make() {
  remove_remains();
  // Of a new name each time: the initdb of a killed call may still be writing into the last one.
  std::string fresh = data_ + ".new-XXXXXX";
  if (mkdtemp(fresh.data()) == nullptr) throw Error(ErrorKind::failed, "cannot create " + fresh + ": " + reason());
  try {
    make_part(fresh);
    make_data_folder(Installation::newest(), server_account(), fresh, Making::durable,
                     {.time = make_time, .interrupted = interrupted_});
  } catch (const Error&) {
    remove_remains();
    throw;
  }
  if (rename(fresh.c_str(), data_.c_str()) != 0) {
    throw Error(ErrorKind::failed, "cannot rename " + fresh + " to " + data_ + ": " + reason());
  }
  sync_folder(folder_);
}

void LocalCluster::start() {
  make_part(socket_folder());
  make_part(folder_ + "/log");
  remove_misleading_notes(data_, socket());
  const Installation installation = Installation::of_version(*status().version);
  Program postgres{
      .words = {installation.program("postgres"), "-D", data_}, .account = server_account(), .folder = folder_};
  const std::string settings[] = {
      "listen_addresses=", "port=5432", "unix_socket_directories=" + socket_setting(socket_folder()),
      "unix_socket_permissions=0700", "cluster_name=acctl-local",
      // A week of messages and no more.
      "logging_collector=on", "log_directory=" + folder_ + "/log", "log_filename=server-%a.log",
      "log_truncate_on_rotation=on", "log_rotation_age=1d", "log_rotation_size=0", "log_checkpoints=off",
      "timezone=UTC", "log_timezone=UTC",
      // systemd removes a user's shared memory objects when the user signs out, with servers that still run or not.
      "dynamic_shared_memory_type=mmap",
      // Nearly every session runs triggers in it: loaded once, not by each.
      "shared_preload_libraries=plpgsql"};
  for (const std::string& setting : settings) postgres.words.insert(postgres.words.end(), {"-c", setting});
  wait_until_ready(start_daemon(postgres, folder_ + "/log/start.log"));
}

void LocalCluster::wait_until_ready(int pid) {
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
    throw Error(
        ErrorKind::locked, "the embedded server is still starting after a minute",
        "It goes on, recovering after a crash perhaps; run the command again. Its messages: " + folder_ + "/log");
  }
  if (ended) {
    throw Error(ErrorKind::failed, "the embedded server does not start: " + last_words(folder_ + "/log/start.log"),
                "Its messages are in " + folder_ + "/log");
  }
}

bool LocalCluster::down() {
  if (!fs::exists(folder_ + "/lock")) return false;
  const Lock lock(folder_, interrupted_);
  const bool ran = running_postmaster(data_).has_value();
  stop();
  return ran;
}

void LocalCluster::stop() {
  // SIGINT is the fast shutdown: sessions are ended, transactions rolled back, memory written to the disk.
  if (const auto postmaster = running_postmaster(data_)) kill(postmaster->pid, SIGINT);
  const auto gone = [&] { return processes_in(data_).empty(); };
  if (!wait_until(gone, {.time = stop_time, .interrupted = interrupted_})) {
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
  if (const auto postmaster = running_postmaster(data_)) {
    status.running = postmaster->ready;
    status.pid = postmaster->pid;
  }
  return status;
}

bool LocalCluster::destroy() {
  if (!fs::exists(folder_ + "/lock")) return false;
  const Lock lock(folder_, interrupted_);
  stop();
  // Renamed first: a kill leaves the cluster whole or gone, never half.
  const std::string old = data_ + ".old";
  remove_remains();
  if (rename(data_.c_str(), old.c_str()) != 0 && errno != ENOENT) {
    throw Error(ErrorKind::failed, "cannot rename " + data_ + ": " + reason());
  }
  remove_remains();
  for (const char* part : {"/run", "/log", "/lock"}) {
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

}  // namespace acctl
