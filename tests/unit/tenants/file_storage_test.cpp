// Promise 15: what acctl did not make it does not remove.
#include "provisioning/tenants/file_storage.hpp"

#include <filesystem>

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Error;
using acctl::test::TemporaryFolder;
namespace fs = std::filesystem;

TEST_CASE("promise 15: a location that cannot be a tenant's storage is not removed, whatever the registry says") {
  for (const char* location : {"", ".", "tenants/acme", "/", "/srv", "../acme", "no/such/folder"}) {
    INFO(location);
    CHECK_THROWS_AS(acctl::remove_storage(location), Error);
  }
}

TEST_CASE(
    "promise 15: the storage of a tenant is a folder of its own, and a link to one is neither taken nor followed") {
  const TemporaryFolder folder;
  const std::string storage = folder.path() + "/tenants/acme";
  acctl::create_storage(storage);
  CHECK(acctl::storage_exists(storage));
  CHECK(fs::status(storage).permissions() == fs::perms::owner_all);
  acctl::test::put_file(storage + "/mail", "of acme");
  const std::string link = folder.path() + "/tenants/link";
  fs::create_directory_symlink(storage, link);
  CHECK_FALSE(acctl::storage_exists(link));
  CHECK_THROWS_AS(acctl::create_storage(link), Error);
  acctl::remove_storage(link);
  CHECK(fs::exists(storage + "/mail"));
  acctl::remove_storage(storage);
  CHECK_FALSE(fs::exists(storage));
  acctl::remove_storage(storage);
}
