// --dry-run of every command of the tree: no row, no file, no folder, no database and no message differs afterwards. A
// new command has to say in tests/support/two_tenants.cpp how it is called.
#include <filesystem>
#include <map>

#include "cli/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/two_tenants.hpp"

using acctl::test::Call;
using acctl::test::check_ended;
using acctl::test::commands_of;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;
using acctl::test::TwoTenants;
using acctl::test::words_of;
namespace fs = std::filesystem;

namespace {

// The ways to write a file, beside what a command does without them.
std::vector<std::vector<std::string>> into_files(const TwoTenants& two) {
  const std::string target = two.acctl.folder.path() + "/target";
  return {{"plan", "-f", two.definitions, "-t", "acme", "--out", target},
          {"apply", two.plan},
          {"export", "-t", "acme", "--out", target},
          {"drift", "-t", "acme", "--write", target},
          {"drift", "-t", "acme", "--out", target},
          {"tenant", "create", "new", "--name", "New", "--admin-email", "ana@new.example"},
          {"tenant", "delete", "acme", "--hold", "0"}};
}

// Every file below the test's HOME, storage and Maildir included, with its text.
std::string files(const TwoTenants& two) {
  std::string all;
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(two.acctl.folder.path())) paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (const std::string& path : paths) {
    all += path + (fs::is_regular_file(path) ? ": " + file_text(path) : "") + "\n";
  }
  return all;
}

std::string everything(const TwoTenants& two) { return two.databases() + two.acctl.world() + files(two); }

}  // namespace

TEST_CASE("promise 13: --dry-run of every command leaves databases, files and folders as they are") {
  const TwoTenants two;
  const auto entering = two.calls();
  const auto elsewhere = two.calls_elsewhere();
  // Not even what a command makes where it is missing.
  fs::remove_all(two.acctl.folder.path() + "/mail");
  const std::string before = everything(two);
  const auto rehearse = [&](std::vector<std::string> words, const std::string& input) {
    words.insert(words.end(), {"--dry-run", "--yes"});
    const Result result = two.acctl(words, input);
    const std::string after = everything(two);
    INFO(acctl::test::command_line(words) << " ended with " << result.status << "\n"
                                          << result.err << difference(before, after));
    CHECK((after == before));
  };
  for (const std::string& command : commands_of(acctl::command_tree())) {
    const bool enters = entering.contains(command);
    INFO("acctl " << command << ": say how it is called");
    REQUIRE((enters || elsewhere.contains(command)));
    const Call& call = enters ? entering.at(command) : elsewhere.at(command);
    std::vector<std::string> words = words_of(command);
    words.insert(words.end(), call.words.begin(), call.words.end());
    if (call.way != Call::Way::named) words.insert(words.end(), {"-t", "acme"});
    rehearse(words, call.input);
  }
  for (const std::vector<std::string>& words : into_files(two)) rehearse(words, "");
}

TEST_CASE("promise 13: platform check makes no folder, and says whether one could be made") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path();
  const std::string mail = folder + "/deep/mail";
  const std::string settings =
      desk.file("storage_root: " + folder + "/deep/storage\nmail: {transport: maildir, folder: " + mail +
                    ", from: a@help.example}\n",
                "platform.yaml");
  check_ended(desk.acctl({"platform", "apply", "-f", settings, "--yes"}), 0);
  desk.acctl({"user", "invite", "new@acme.example", "-t", "acme"});
  fs::remove_all(folder + "/deep");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"platform", "check"}, {"platform", "check", "--dry-run"}}) {
    const auto found = desk.acctl(words);
    CHECK(contains(found.out, folder + "/deep/storage"));
    CHECK_FALSE(contains(found.out, "cannot"));
    CHECK_FALSE(fs::exists(folder + "/deep"));
  }
  put_file(folder + "/deep", "");
  check_ended(desk.acctl({"platform", "check"}), 1, folder + "/deep is not a folder");
}
