#include "provisioning/local/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "provisioning/base/error.hpp"
#include "provisioning/base/process.hpp"

namespace acctl {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds lock_time{180};

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
      throw Error(ErrorKind::failed, "cannot create the folder " + so_far.string() + ": " + errno_text());
    }
  }
}

void claim(const std::string& folder) {
  make_folders(folder);
  struct stat status = {};
  if (stat(folder.c_str(), &status) != 0) throw Error(ErrorKind::failed, "cannot read " + folder + ": " + errno_text());
  if (!S_ISDIR(status.st_mode)) refuse_foreign(folder, "is not a folder");
  if (status.st_uid != geteuid()) refuse_foreign(folder, "belongs to another account");
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
  if (!empty) refuse_foreign(folder, "contains other files");
}

}  // namespace

void refuse_foreign(const std::string& path, const std::string& why) {
  throw Error(ErrorKind::conflict, path + " " + why + ", so acctl does not use it",
              "Move it away, or set XDG_DATA_HOME to another folder.");
}

FolderLock::FolderLock(const std::string& folder, const std::function<bool()>* interrupted) {
  const auto taken = [&] { return try_once(folder); };
  if (wait_until(taken, {.time = lock_time, .interrupted = interrupted})) return;
  throw Error(ErrorKind::locked, "another acctl is starting or stopping the embedded server",
              "Run the command again when that command has ended.");
}

bool FolderLock::try_once(const std::string& folder) {
  reset();
  claim(folder);
  const std::string path = folder + "/lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) {
    if (errno == ENOENT) return false;  // destroyed this very moment
    throw Error(ErrorKind::failed, "cannot open " + path + ": " + errno_text());
  }
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) return false;
  // `destroy` removes the file under its lock: who waited for it then holds nothing.
  struct stat held = {};
  struct stat named = {};
  return fstat(file_, &held) == 0 && stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

void FolderLock::reset() {
  if (file_ >= 0) close(file_);
  file_ = -1;
}

}  // namespace acctl
