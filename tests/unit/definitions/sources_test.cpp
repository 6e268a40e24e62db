// The files that -f names: folders, links, and what is no file.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "provisioning/base/error.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using acctl::read_sources;
using acctl::test::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

class Folder : public TemporaryFolder {
 public:
  std::string put(const std::string& name, const std::string& text = "acctl: 1\n") const {
    const std::string file = path() + "/" + name;
    fs::create_directories(fs::path(file).parent_path());
    std::ofstream(file) << text;
    return file;
  }

  // Names without the folder, separated by spaces.
  std::string names(const std::vector<std::string>& paths) const {
    std::string all;
    for (const acctl::Source& source : read_sources(paths)) {
      CHECK(source.name.starts_with(path()));
      all += (all.empty() ? "" : " ") + source.name.substr(path().size() + 1);
    }
    return all;
  }
};

std::string problem(const std::vector<std::string>& paths) {
  try {
    read_sources(paths);
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    std::string all = error.what();
    for (const acctl::Diagnostic& one : error.diagnostics()) all += "\n" + one.message;
    return all;
  }
  return "";
}

}  // namespace

TEST_CASE("a folder is all *.yaml and *.yml below it, sorted, hidden ones left out") {
  const Folder folder;
  for (const char* name : {"b.yaml", "a/x.yml", "a/b/c.yaml", ".hidden.yaml", ".git/d.yaml", "read.me", "c.yaml.bak"}) {
    folder.put(name);
  }
  CHECK(folder.names({folder.path()}) == "a/b/c.yaml a/x.yml b.yaml");
  CHECK(folder.names({folder.path() + "/"}) == "a/b/c.yaml a/x.yml b.yaml");
  CHECK(folder.names({folder.path() + "/b.yaml", folder.path() + "/a"}) == "b.yaml a/b/c.yaml a/x.yml");
  // A file that is named may be called anything.
  CHECK(folder.names({folder.path() + "/read.me"}) == "read.me");
}

TEST_CASE("what is named twice, or holds nothing, is told") {
  const Folder folder;
  const std::string file = folder.put("a.yaml");
  CHECK(problem({file, file}) == file + " is named twice");
  CHECK(problem({folder.path(), file}) == file + " is named twice");
  fs::create_directory(folder.path() + "/empty");
  CHECK(problem({folder.path() + "/empty"}) ==
        "the folder " + folder.path() + "/empty contains no *.yaml or *.yml file");
  CHECK(problem({folder.path() + "/none", file, folder.path() + "/neither"}) ==
        "2 definitions files cannot be read\ncannot read " + folder.path() +
            "/none: No such file or directory\ncannot read " + folder.path() + "/neither: No such file or directory");
  CHECK(problem({""}) == "cannot read : No such file or directory");
}

TEST_CASE("links to files are followed, links in a circle are told") {
  const Folder folder;
  folder.put(".data/a.yaml");
  fs::create_symlink(".data/a.yaml", folder.path() + "/a.yaml");
  CHECK(folder.names({folder.path()}) == "a.yaml");
  fs::create_symlink("missing", folder.path() + "/dead.yaml");
  CHECK(problem({folder.path()}) == "cannot read " + folder.path() + "/dead.yaml: No such file or directory");
  fs::remove(folder.path() + "/dead.yaml");
  fs::create_symlink("missing", folder.path() + "/dead");
  CHECK(folder.names({folder.path()}) == "a.yaml");
  fs::create_directory(folder.path() + "/sub");
  fs::create_directory_symlink("..", folder.path() + "/sub/up");
  CHECK(problem({folder.path()}) == "the folder " + folder.path() + "/sub/up is a link to one of its parent folders");
  fs::remove(folder.path() + "/sub/up");
  fs::create_symlink("self.yaml", folder.path() + "/self.yaml");
  CHECK(problem({folder.path()}).find("self.yaml: Too many levels of symbolic links") != std::string::npos);
}

TEST_CASE("what is no regular file is refused without waiting for it") {
  const Folder folder;
  REQUIRE(mkfifo((folder.path() + "/fifo.yaml").c_str(), 0600) == 0);
  CHECK(problem({folder.path() + "/fifo.yaml"}) == folder.path() + "/fifo.yaml is not a regular file");
  CHECK(problem({folder.path()}) == folder.path() + "/fifo.yaml is not a regular file");
  CHECK(problem({"/dev/zero"}) == "/dev/zero is not a regular file");
}

TEST_CASE("depth, size and number of files are limited") {
  const Folder folder;
  std::string deep = "d";
  for (int i = 0; i < 40; ++i) deep += "/d";
  folder.put(deep + "/a.yaml");
  CHECK(problem({folder.path()}).find("is deeper than 32 folders") != std::string::npos);
  const Folder large;
  for (int i = 0; i < 5; ++i) large.put(std::to_string(i) + ".yaml", std::string(15u << 20, 'x'));
  CHECK(problem({large.path()}) == "the definitions files together are larger than 64 MiB");
  CHECK(problem({large.put("big", std::string(65u << 20, 'x'))}) == large.path() + "/big is larger than 64 MiB");
  const Folder many;
  for (int i = 0; i < 10'001; ++i) many.put(std::to_string(i) + ".yaml", "");
  CHECK(problem({many.path()}) == "more than 10,000 definitions files");
}
