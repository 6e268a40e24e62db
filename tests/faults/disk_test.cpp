// Fault 10: the server's disk is full. Needs root, which alone may mount a small file system under the databases; who
// is not root leaves it out by its name ('needs root') or tag, and CI does not.
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "provisioning/base/process.hpp"
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

using namespace acctl::test;
namespace fs = std::filesystem;

namespace {

std::uintmax_t size_of(const fs::path& folder) {
  std::uintmax_t size = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) size += (entry.file_size() + 4095) / 4096 * 4096;
  }
  return size;
}

// The databases of a stopped cluster, and no more, on a file system with little room left.
class SmallDisk {
 public:
  SmallDisk(const Cluster& cluster, std::uintmax_t room) : base_(cluster.data() + "/base") {
    const std::string aside = cluster.data() + "/base.aside";
    const std::string options = "mode=700,size=" + std::to_string(size_of(base_) + room);
    fs::rename(base_, aside);
    fs::create_directory(base_);
    if (mount("none", base_.c_str(), "tmpfs", 0, options.c_str()) != 0) {
      why_not_ = std::strerror(errno);
      fs::remove(base_);
      fs::rename(aside, base_);
      return;
    }
    fs::copy(aside, base_, fs::copy_options::recursive);
    fs::remove_all(aside);
    const auto account = acctl::server_account();
    if (!account || chown(base_.c_str(), account->uid, account->gid) != 0) throw std::runtime_error("chown " + base_);
    for (const auto& entry : fs::recursive_directory_iterator(base_)) {
      if (lchown(entry.path().c_str(), account->uid, account->gid) != 0) throw std::runtime_error("chown " + base_);
    }
  }
  ~SmallDisk() { umount2(base_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  void grow() const {
    if (mount("none", base_.c_str(), "tmpfs", MS_REMOUNT, "size=500m") != 0) throw std::runtime_error("remount");
  }
  const std::string& why_not() const { return why_not_; }

 private:
  const std::string base_;
  std::string why_not_;
};

}  // namespace

TEST_CASE("fault 10: the server's disk is full (needs root)", "[root]") {
  if (geteuid() != 0) FAIL("only root may mount a small disk; leave this out with: ctest -E 'needs root'");
  TestPlatform platform;
  platform.create("before");
  platform.cluster.stop(Stop::fast);
  {
    // Less than a copy of the template takes.
    const SmallDisk disk(platform.cluster, 4 << 20);
    if (!disk.why_not().empty()) FAIL("a small disk cannot be mounted here: " << disk.why_not());
    platform.cluster.start();
    const Result full = platform(create_words("acme"));
    INFO(full.err);
    CHECK((full.status == 1 || full.status == 4));
    CHECK(full.err.find("the server's disk") != std::string::npos);
    disk.grow();  // else the oracle itself finds no room: a session writes files
    CHECK(platform.control("select status from acctl.tenants where slug = 'acme'") == "provisioning");
    CHECK(complaints(platform, "acme") == "");
    const Result again = platform(create_words("acme"));
    INFO(again.err);
    CHECK(again.status == 0);
    CHECK(complaints(platform) == "");
    platform.cluster.stop(Stop::fast);
  }
}

TEST_CASE("fault 10: the server's disk is full while a tenant is migrated (needs root)", "[root]") {
  if (geteuid() != 0) FAIL("only root may mount a small disk; leave this out with: ctest -E 'needs root'");
  TestPlatform platform;
  platform.create("acme");
  platform.set_back("acme", 1);
  platform.cluster.stop(Stop::fast);
  {
    // Less than the tables of a tenant take.
    const SmallDisk disk(platform.cluster, 1 << 20);
    if (!disk.why_not().empty()) FAIL("a small disk cannot be mounted here: " << disk.why_not());
    platform.cluster.start();
    const Result full = platform({"tenant", "migrate", "acme"});
    INFO(full.err);
    CHECK((full.status == 1 || full.status == 4));
    CHECK(full.err.find("the server's disk") != std::string::npos);
    disk.grow();
    // What was applied is a prefix, and the registry does not claim more.
    CHECK(platform.in("acme", "select count(*) = max(version) from acctl.migrations") == "t");
    CHECK(platform.control("select status from acctl.tenants") == "active");
    CHECK(platform.control("select count(*) from pg_auth_members m join acctl.tenants t on m.roleid = "
                           "to_regrole(t.owner_role) and m.member = 'acctl'::regrole") == "0");
    const Result again = platform({"tenant", "migrate", "acme"});
    INFO(again.err);
    CHECK(again.status == 0);
    CHECK(platform({"tenant", "doctor"}).status == 0);
    platform.cluster.stop(Stop::fast);
  }
}
