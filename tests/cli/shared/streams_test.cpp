// Standard output is data, standard error is talk, and nothing is lost in silence.
#include <regex>
#include <set>

#include "cli/exit_codes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"
#include "tests/support/running.hpp"

using acctl::test::Acctl;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TemporaryFolder;

namespace {

// The program with its standard output redirected as a shell does it.
Result redirected(const Acctl& acctl, const std::string& arguments, const std::string& redirection) {
  return run_program({.words = {"sh", "-c", "exec " ACCTL_PROGRAM " " + arguments + " " + redirection},
                      .environment = acctl.environment,
                      .input = ""});
}

}  // namespace

TEST_CASE("a usage error is exit code 3 and touches standard error only") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const Result result = acctl({"version", "--nonsense"});
  CHECK(result.status == 3);
  CHECK(result.out.empty());
  CHECK(result.err == "acctl: there is no option '--nonsense'\nSee 'acctl version --help'.\n");
}

TEST_CASE("a noun without its verb is exit code 3 with the list on standard error") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const Result result = acctl({"tenant"});
  CHECK(result.status == 3);
  CHECK(result.out.empty());
  CHECK(result.err.starts_with("acctl: 'acctl tenant' needs one of these verbs:\n"));
  for (const char* verb : {"create", "archive", "restore", "disconnect"}) {
    CHECK(result.err.find(std::string("\n") + verb + " ") != std::string::npos);
  }
  CHECK(result.err.find(" more; ") == std::string::npos);
  CHECK(acctl({}).status == 0);
}

TEST_CASE("with -o json a usage error is one JSON object") {
  const TemporaryFolder folder;
  Acctl acctl(folder.path());
  const auto check = [&](const std::vector<std::string>& words) {
    const Result result = acctl(words);
    CHECK(result.status == 3);
    CHECK(result.out.empty());
    const auto error = nlohmann::json::parse(result.err).at("error");
    CHECK(error.at("kind") == "invalid");
    CHECK(error.at("exit_code") == 3);
    CHECK_FALSE(error.at("message").get<std::string>().empty());
    CHECK(error.at("diagnostics").is_array());
    CHECK(error.contains("hint"));
  };
  check({"version", "--nonsense", "-o", "json"});
  check({"--output=json", "verison"});
  check({"-ojson", "version", "x"});
  check({"-qo", "json", "version", "x"});
  check({"--log-format", "json", "tenant"});
  acctl.environment["ACCTL_OUTPUT"] = "json";
  check({"verison"});
  CHECK(acctl({"verison", "-o", "table"}).err.starts_with("acctl: "));
}

TEST_CASE("version in every format") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const std::string version = acctl({"version", "-o", "name"}).out;
  REQUIRE(version.size() > 1);
  const std::string number = version.substr(0, version.size() - 1);
  const std::string lines = acctl({"--version"}).out;
  CHECK(lines.starts_with("acctl " + version));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--version", "-q"}, {"-v", "--version"}}) {
    const Result beside = acctl(words);
    CHECK(beside.status == 0);
    CHECK(beside.out == lines);
    CHECK(beside.err.empty());
  }
  CHECK(acctl({"--version", "-o", "json"}).out == acctl({"version", "-o", "json"}).out);
  const auto json = acctl({"version", "-o", "json"}).json();
  CHECK(json.at("version") == number);
  CHECK(json.at("tenant_schema").is_number());
  CHECK_THAT(json.at("commit").get<std::string>(), Catch::Matches("[0-9a-f]{40}|unknown"));
  CHECK(lines.find("\ncommit " + json.at("commit").get<std::string>() + "\n") != std::string::npos);
  CHECK(lines.find(", tenant " + std::to_string(json.at("tenant_schema").get<int>()) + "\n") != std::string::npos);
  for (const char* library : {"libpq", "libpqxx", "libcurl", "yaml-cpp", "libstdc++"}) {
    INFO(library);
    const std::string built = json.at("built_with").at(library);
    CHECK_THAT(built, Catch::Matches("[0-9].*"));
    CHECK(lines.find(std::string(" ") + library + " " + built) != std::string::npos);
  }
  CHECK(acctl({"version"}).out.starts_with("version:"));
  CHECK(acctl({"version", "-o", "yaml"}).out.find("tenant_schema: ") != std::string::npos);
  CHECK(acctl({"version", "-o", "csv"})
            .out.starts_with("version,control schema,tenant schema,commit,built with\r\n" + number + ","));
  CHECK(acctl({"version", "-o", "xml"}).status == 3);
}

TEST_CASE("output that cannot be written is a failure that says so") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  for (const char* arguments : {"version", "--help", "--version", "help exit-codes", "completion bash"}) {
    for (const char* redirection : {">/dev/full", ">&-"}) {
      INFO(arguments << redirection);
      const Result result = redirected(acctl, arguments, redirection);
      CHECK(result.status == 1);
      CHECK(result.err.find("cannot write to standard output") != std::string::npos);
    }
  }
}

TEST_CASE("closed standard streams do no harm") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  CHECK(redirected(acctl, "version", "<&- 2>&-").status == 0);
  CHECK(redirected(acctl, "verison", "<&- >&- 2>&-").status == 3);
}

TEST_CASE("help on exit codes is the table of exit codes") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  // As words in one line, however they are broken.
  const std::string text = std::regex_replace(acctl({"help", "exit-codes"}).out, std::regex("\\s+"), " ");
  std::set<int> codes;
  for (const acctl::ExitCode& entry : acctl::exit_codes()) {
    CHECK(codes.insert(entry.code).second);
    CHECK(text.find(" " + std::to_string(entry.code) + " " + std::string(entry.meaning) + " ") != std::string::npos);
  }
}

TEST_CASE("help follows the words of a command") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  CHECK(acctl({"help", "version"}).out == acctl({"version", "--help"}).out);
  CHECK(acctl({"help"}).out == acctl({}).out);
  CHECK(acctl({"help", "verison"}).status == 3);
}

TEST_CASE("a terminal that cannot move its cursor gets plain lines") {
  const TemporaryFolder folder;
  Acctl acctl(folder.path());
  acctl.environment["TERM"] = "dumb";
  acctl.environment["ACCTL_DATABASE_URL"] = "host=/nonexistent dbname=x";
  acctl::test::Running running(
      {.words = {acctl::test::program_path(), "tenant", "list"}, .environment = acctl.environment}, {.terminal = true});
  const Result result = running.finish();
  CHECK(result.status == 4);
  CHECK(result.err.find('\x1b') == std::string::npos);
}
