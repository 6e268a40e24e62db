#include "provisioning/base/large_files.hpp"

#include <fcntl.h>
#include <sodium/crypto_hash_sha256.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <string_view>

#include "provisioning/base/encoding.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/file_handle.hpp"
#include "provisioning/base/files.hpp"

namespace acctl {

namespace {

constexpr const char* usual_hint = "Check its path and permissions.";

class ReadFile {
 public:
  // Not blocking: a FIFO would wait for somebody who writes into it.
  explicit ReadFile(const std::string& path)
      : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status = {};
    if (file_.number() < 0 || fstat(file_.number(), &status) != 0) refuse(errno_text(), usual_hint);
    if (!S_ISREG(status.st_mode)) refuse("it is not a file", usual_hint);
  }

  // `hint`: of a file that cannot be read to its end.
  void for_each_part(const std::string& hint, const std::function<void(std::string_view)>& visit) const {
    std::string buffer(1 << 20, '\0');
    for (;;) {
      const ssize_t got = read(file_.number(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) refuse(errno_text(), hint);
      if (got == 0) return;
      visit(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& why, const std::string& hint) const {
    throw Error(ErrorKind::invalid, "cannot read " + path_ + ": " + why, hint);
  }

  const std::string& path_;
  const FileHandle file_;
};

}  // namespace

void copy_file(const std::string& from, const std::string& to) {
  const ReadFile source(from);
  struct stat there = {};
  if (lstat(to.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    throw Error(ErrorKind::invalid, to + " is not a file", "Name another one.");
  }
  const auto require = [&](bool done) {
    if (!done) throw Error(ErrorKind::failed, "cannot write " + to + ": " + errno_text());
  };
  const std::string unfinished = make_unfinished_path(to);
  unlink(unfinished.c_str());
  const FileHandle target(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  require(target.number() >= 0);
  try {
    source.for_each_part("Check the disk it is on.",
                         [&](std::string_view part) { write_all(target.number(), part, to); });
    require(fsync(target.number()) == 0);
    require(std::rename(unfinished.c_str(), to.c_str()) == 0);
  } catch (const Error&) {
    unlink(unfinished.c_str());
    throw;
  }
  sync_parent_folder(to);
}

FileDigest digest_file(const std::string& path) {
  FileDigest digest;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  ReadFile(path).for_each_part(usual_hint, [&](std::string_view part) {
    crypto_hash_sha256_update(&state, to_bytes(part), part.size());
    digest.bytes += static_cast<std::int64_t>(part.size());
  });
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state, reinterpret_cast<unsigned char*>(hash.data()));
  digest.sha256 = hex(hash);
  return digest;
}

}  // namespace acctl
