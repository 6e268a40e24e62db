#include "provisioning/base/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using acctl::test::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

void put(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path) << text;
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

// What `action` complains of; "" where it does not.
template <class Action>
std::string complaint(Action action) {
  try {
    action();
    return "";
  } catch (const acctl::Error& error) {
    return error.what();
  }
}

std::string secret_in(const std::string& path) {
  return complaint([&] {
    const std::string text = acctl::read_secret_file(path, 100);
    CHECK(text == "secret");
  });
}

}  // namespace

TEST_CASE("a file that holds a secret is taken only if nobody else can read or change it, whatever bit says so",
          "[promise 9]") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/secret";
  for (mode_t mode = 0; mode < 01000; ++mode) {
    if ((mode & 0400) == 0) continue;
    put(path, "secret", mode);
    INFO(std::oct << mode);
    CHECK((secret_in(path) == "") == ((mode & 077) == 0));
    fs::remove(path);
  }
}

TEST_CASE("a file that holds a secret is a regular file of the own account, not a link to one", "[promise 9]") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/secret";
  const std::string other = folder.path() + "/other";
  put(path, "secret");
  CHECK(secret_in(path) == "");
  fs::create_symlink(path, other);
  CHECK(secret_in(other) == other + " is a link; a file that holds a secret must not be one");
  fs::remove(other);
  REQUIRE(mkfifo(other.c_str(), 0600) == 0);
  CHECK(secret_in(other) == other + " is not a regular file");
  CHECK(secret_in(folder.path()) == folder.path() + " is not a regular file");
  CHECK(secret_in("/dev/null") == "/dev/null is not a regular file");
  CHECK(secret_in(folder.path() + "/none").find("No such file") != std::string::npos);
  // Of another account: one that root gives away, or one that root has.
  std::string foreign = "/etc/passwd";
  if (geteuid() == 0) {
    REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
    foreign = path;
  }
  CHECK(secret_in(foreign) == foreign + " holds a secret and belongs to another account");
}

TEST_CASE("a file is written whole, a new one for its owner alone, and nothing is left beside it") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/plan.json";
  acctl::write_file(path, "one");
  CHECK(content(path) == "one");
  CHECK(mode_of(path) == 0600);
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  acctl::write_file(path, "two");
  CHECK(content(path) == "two");
  CHECK(mode_of(path) == 0644);
  acctl::create_file(path, "three");
  CHECK(content(path) == "two");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  fs::create_symlink(path, folder.path() + "/link");
  acctl::replace_file(folder.path() + "/link", "four");
  CHECK(content(path) == "four");
  CHECK(mode_of(path) == 0640);
  CHECK(complaint([&] { acctl::write_file(folder.path() + "/link", "five"); }).find("not a regular file") !=
        std::string::npos);
  CHECK(complaint([&] { acctl::write_file(folder.path() + "/none/x", "five"); }).find("No such file") !=
        std::string::npos);
  CHECK(names_in(folder.path()) == std::set<std::string>{"link", "plan.json"});
}

TEST_CASE("what a killed run has left beside a file is used up by the next one, and foreign files are not") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/plan.json";
  const std::string waiting = folder.path() + "/.plan.json.acctl-new";
  put(waiting, "left behind", 0644);
  acctl::write_file(path, "one");  // there was none: it gets its name at once
  CHECK(content(path) == "one");
  acctl::write_file(path, "two");
  CHECK(content(path) == "two");
  CHECK(mode_of(path) == 0600);
  CHECK(names_in(folder.path()) == std::set<std::string>{"plan.json"});
  put(folder.path() + "/precious", "precious");
  fs::create_symlink(folder.path() + "/precious", waiting);
  acctl::write_file(path, "three");
  CHECK(content(path) == "three");
  CHECK(content(folder.path() + "/precious") == "precious");
}

TEST_CASE("several who write one file at once: it is always one of theirs, and nothing is left") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/plan.json";
  acctl::write_file(path, std::string(5000, '0'));
  std::vector<std::thread> writers;
  for (const char c : {'1', '2', '3', '4'}) {
    writers.emplace_back([&, c] {
      for (int i = 0; i < 50; ++i) acctl::write_file(path, std::string(5000, c));
    });
  }
  for (int i = 0; i < 200; ++i) {
    const std::string text = content(path);
    CHECK((text.size() == 5000 && std::ranges::count(text, text[0]) == 5000));
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(names_in(folder.path()) == std::set<std::string>{"plan.json"});
}
