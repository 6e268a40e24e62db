// .acctl.yaml and the configuration file: what applies where, and where it comes from.
#include "cli/surroundings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/configuration.hpp"
#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace {

using acctl::Contexts;
using acctl::Settings;

// A working directory below one with a file of its own, and a configuration folder.
struct Place {
  acctl::test::TemporaryFolder folder;
  std::filesystem::path before = std::filesystem::current_path();
  std::string top = folder.path() + "/work";
  std::string below = top + "/a/b";

  Place() {
    Settings unused;
    for (const acctl::Option& option : acctl::global_options(unused)) unsetenv(option.environment.c_str());
    setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
    std::filesystem::create_directories(below);
    std::filesystem::create_directories(folder.path() + "/acctl");
    std::filesystem::current_path(below);
    configure(
        "current: near\ncontexts:\n  near: {database: host=n, output: csv}\n"
        "  far: {database: host=f, tenant: globex, protected: true, color: blue}\n");
  }
  ~Place() { std::filesystem::current_path(before); }

  void configure(const std::string& text) const { std::ofstream(folder.path() + "/acctl/config.yaml") << text; }
  void directory(const std::string& text) const { std::ofstream(top + "/.acctl.yaml") << text; }

  Settings read(const std::string& context = "", const std::set<std::string>& given = {}) const {
    Settings settings;
    settings.context = context;
    acctl::fill_from_surroundings(acctl::global_options(settings), given, settings, Contexts::read);
    return settings;
  }

  // "file:line:column: message" of what is wrong; "none".
  std::string problem() const {
    try {
      read();
    } catch (const acctl::Error& error) {
      CHECK(error.kind() == acctl::ErrorKind::invalid);
      if (error.diagnostics().empty()) return error.what();
      const acctl::Diagnostic& first = error.diagnostics().front();
      return first.file.substr(first.file.rfind('/') + 1) + ":" + std::to_string(first.line) + ":" +
             std::to_string(first.column) + ": " + first.message;
    }
    return "none";
  }
};

}  // namespace

TEST_CASE("the file of a directory chooses the context and adds to it, also from further up") {
  const Place place;
  CHECK(place.read().context == "near");
  place.directory("context: far\ntenant: acme\noutput: json\n");
  const Settings settings = place.read();
  CHECK(settings.context == "far");
  CHECK(settings.database == "host=f");
  CHECK(settings.tenants == std::vector<std::string>{"acme"});
  CHECK(settings.output == "json");
  CHECK(settings.is_protected);
  CHECK(settings.color == "blue");
  CHECK(settings.origins.at("context") == place.top + "/.acctl.yaml:1:10");
  CHECK(settings.origins.at("tenant") == place.top + "/.acctl.yaml:2:9");
  CHECK(settings.origins.at("database") == place.folder.path() + "/acctl/config.yaml:4:19");
  CHECK_FALSE(settings.origins.contains("timeout"));
}

TEST_CASE("another context leaves the directory's file aside, and flags and variables win") {
  const Place place;
  place.directory("context: far\ntenant: acme\n");
  const Settings near = place.read("near", {"--context"});
  CHECK(near.database == "host=n");
  CHECK(near.tenants.empty());
  CHECK(place.read("far", {"--context"}).tenants == std::vector<std::string>{"acme"});
  setenv("ACCTL_TENANT", "bert", 1);
  const Settings settings = place.read();
  unsetenv("ACCTL_TENANT");
  CHECK(settings.tenants == std::vector<std::string>{"bert"});
  CHECK(settings.origins.at("tenant") == "$ACCTL_TENANT");
  CHECK(place.read("", {"--tenant"}).origins.at("tenant") == "--tenant");
}

TEST_CASE("a mistake in a file is named with its place and what was meant") {
  const Place place;
  place.directory("contxt: far\n");
  CHECK(place.problem() == ".acctl.yaml:1:1: unknown entry 'contxt'; did you mean 'context'?");
  place.directory("database: host=evil\n");  // a checkout must not lead to another database
  CHECK(place.problem().starts_with(".acctl.yaml:1:1: unknown entry 'database'"));
  place.directory("context: fra\n");
  CHECK(place.problem().find("there is no context 'fra'") == 0);
  CHECK(place.problem().find(".acctl.yaml:1:10") != std::string::npos);
  CHECK(place.problem().find("did you mean 'far'?") != std::string::npos);
  place.directory("");
  place.configure("current: a\ncontexts:\n  a:\n    ouput: json\n");
  CHECK(place.problem() == "config.yaml:4:5: unknown entry 'ouput'; did you mean 'output'?");
  place.configure("current: a\ncontexts:\n  a: {protected: maybe}\n");
  CHECK(place.problem() == "config.yaml:3:18: protected: 'maybe' is neither true nor false");
  place.configure("current: a\ncontexts:\n  a: {color: rde}\n");
  CHECK(place.problem().starts_with("config.yaml:3:14: color: 'rde' is not one of red, "));
  CHECK(place.problem().ends_with("; did you mean 'red'?"));
  place.configure("current: a\ncontexts:\n  a: {output: xml}\n");
  CHECK(place.problem().find("config.yaml:3:15: output: 'xml' is not one of") != std::string::npos);
}

TEST_CASE("all mistakes are named, also in a context that is not in use") {
  const Place place;
  place.directory("tenat: acme\n");
  place.configure(
      "curent: near\ncontexts:\n  near: {timeout: 5s}\n  far: {databse: x, timeout: q, parallel: 99}\n  odd: [x]\n");
  try {
    place.read("near", {"--context"});
    FAIL("it was taken");
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    CHECK_FALSE(error.hint().empty());
    std::string all;
    for (const acctl::Diagnostic& one : error.diagnostics()) {
      all += one.file.substr(one.file.rfind('/') + 1) + ":" + std::to_string(one.line) + ":" +
             std::to_string(one.column) + ": " + one.message.substr(0, one.message.find("'q'")) + "\n";
    }
    CHECK(all ==
          "config.yaml:1:1: unknown entry 'curent'; did you mean 'current'?\n"
          "config.yaml:4:9: unknown entry 'databse'; did you mean 'database'?\n"
          "config.yaml:4:30: timeout: \n"
          "config.yaml:4:43: parallel: 99 is not between 1 and 64\n"
          "config.yaml:5:8: 'odd' is not a mapping\n"
          ".acctl.yaml:1:1: unknown entry 'tenat'; did you mean 'tenant'?\n");
  }
}

TEST_CASE("a file that somebody else has put into everybody's directory is refused") {
  if (geteuid() != 0) return;  // who else could own it
  const Place place;
  place.directory("context: far\n");
  REQUIRE(chown((place.top + "/.acctl.yaml").c_str(), 65534, 65534) == 0);
  CHECK(place.problem().find("belongs to somebody else") != std::string::npos);
  REQUIRE(chown(place.top.c_str(), 65534, 65534) == 0);  // their own checkout
  REQUIRE(chmod(place.top.c_str(), 0755) == 0);
  CHECK(place.read().context == "far");
  REQUIRE(chmod(place.top.c_str(), 0777) == 0);
  CHECK(place.problem().find("belongs to somebody else") != std::string::npos);
}
