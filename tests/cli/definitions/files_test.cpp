// What acctl writes into files of others: whole or not at all, on the disk when it says so, nothing left beside it.
#include <filesystem>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using namespace acctl::test;

namespace {

namespace fs = std::filesystem;

const std::string untidy = "acctl: 1\nteams: {b: {name: B}, a: {name: A}}\n";

std::string names_in(const std::string& folder) {
  std::set<std::string> sorted;
  for (const auto& entry : fs::directory_iterator(folder)) sorted.insert(entry.path().filename());
  std::string names;
  for (const std::string& name : sorted) names += name + " ";
  return names;
}

class Formatting {
 public:
  Formatting() {
    fs::create_directory(path("home"));
    fs::create_directory(path("files"));
    reset();
    REQUIRE(acctl_({"fmt", "-f", file()}).status == 0);
    tidy_ = file_text(file());
    REQUIRE(tidy_ != untidy);
    reset();
  }

  // `fmt` with strace's `inject`; how it ended.
  int with(const std::vector<std::string>& options) const {
    return run_program(under_strace(acctl_, options, path("trace"), {"fmt", "-f", file()})).status;
  }

  // Whether the file is one of the two, alone or with what a killed run has left.
  void check_whole() const {
    const std::string text = file_text(file());
    CHECK((text == untidy || text == tidy_));
  }

  // The same command again finishes and cleans up.
  void check_again() {
    CHECK(acctl_({"fmt", "-f", file()}).status == 0);
    CHECK(file_text(file()) == tidy_);
    put_file(file(), untidy);  // and once more, for what was left where nothing had to be written
    CHECK(acctl_({"fmt", "-f", file()}).status == 0);
    CHECK(names_in(path("files")) == "a.yaml ");
    reset();
  }

  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string file() const { return path("files") + "/a.yaml"; }

 private:
  void reset() const { put_file(file(), untidy); }

  const TemporaryFolder folder_;
  const Acctl acctl_{path_for_home()};
  std::string path_for_home() const {
    fs::create_directory(folder_.path() + "/home");
    return folder_.path() + "/home";
  }
  std::string tidy_;
};

}  // namespace

TEST_CASE("a file that is written over is whole after a kill, and the next run leaves nothing beside it") {
  Formatting formatting;
  int struck = 0;
  for (const std::string call : {"write", "fsync", "linkat", "rename", "fchmod"}) {
    for (int place = 1;; ++place) {
      INFO(call << " " << place);
      const int status = formatting.with(
          {"-e", "trace=" + call, "-e", "inject=" + call + ":signal=SIGKILL:when=" + std::to_string(place)});
      formatting.check_whole();
      formatting.check_again();
      if (status == 0) break;
      CHECK(status == 137);
      ++struck;
    }
  }
  CHECK(struck >= 6);
}

TEST_CASE("where the file system has no unnamed files, a kill leaves what the next run uses up") {
  Formatting formatting;
  // The first time that the folder itself is opened it is for the unnamed file.
  const std::string nothing = "inject=openat:error=EOPNOTSUPP:when=1";
  const std::string folder = formatting.path("files");
  CHECK(formatting.with({"-P", folder, "-e", "trace=openat", "-e", nothing}) == 0);
  CHECK(names_in(folder) == "a.yaml ");
  CHECK(file_text(formatting.file()) != untidy);
  formatting.check_again();
  int struck = 0;
  for (const std::string call : {"ftruncate", "fsync", "rename"}) {
    INFO(call);
    const int status = formatting.with({"-P", folder, "-P", folder + "/.a.yaml.acctl-new", "-e", "trace=openat," + call,
                                        "-e", nothing, "-e", "inject=" + call + ":signal=SIGKILL:when=1"});
    struck += status == 137 ? 1 : 0;
    formatting.check_whole();
    formatting.check_again();
  }
  CHECK(struck == 3);
}

TEST_CASE("promise 8: a mail in a Maildir is on the disk, with its name, before its row says sent") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path() + "/Maildir";
  set_mail(desk.acctl, "transport: maildir, folder: " + folder + ", from: no-reply@help.example");
  const std::string trace = desk.acctl.folder.path() + "/trace";
  check_ended(run_program(under_strace(desk.acctl.acctl, {"-y", "-s", "9999", "-e", "trace=linkat,fsync,sendto"}, trace,
                                       {"outbox", "deliver", "-t", "acme"})),
              0, "1 message sent");
  const std::string text = file_text(trace);
  const std::size_t data = text.find("fsync(");
  const std::size_t name = text.find("linkat(", data);
  const std::size_t names = text.find("Maildir/new>)", name);
  const std::size_t marked = text.find(R"({\"sent\"})", names);
  REQUIRE(marked != std::string::npos);
  CHECK((data < name && name < names && names < marked));
  CHECK(text.find(R"({\"sent\"})") == marked);
  CHECK(text.rfind("fsync(", names) > name);
}
