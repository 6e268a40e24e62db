// What is said on standard error and kept in the log file.
#include <sys/stat.h>

#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::Acctl;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::eventually;
using acctl::test::file_text;
using acctl::test::MailServer;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::Running;
using acctl::test::set_mail;
using acctl::test::smtp_fields;
using acctl::test::TemporaryFolder;
using acctl::test::TenantFixture;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void put_private(const std::string& path, const std::string& text, mode_t mode) {
  put_file(path, text);
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

// What -v says of the mail exchanges of a run: {"AUTH 235", "connect Failed to connect …"}. `place` is a regular
// expression for the host or path that each of them must name.
std::set<std::string> mail_exchanges(const TenantFixture& desk, const std::string& place,
                                     std::vector<std::string> words = {"user", "resend", "ana@acme.example"}) {
  words.emplace_back("-v");
  const Result result = desk(words);
  CHECK(result.status == 0);
  const std::regex exchange("(?:smtp ([A-Za-z]+): host |(sendmail|maildir) )" + place + "[:,] \\d+\\.\\d ms, (.+)");
  std::set<std::string> all;
  for (const std::string& line : lines_of(result.err)) {
    if (!line.starts_with("smtp ") && !line.starts_with("sendmail ") && !line.starts_with("maildir ")) continue;
    INFO(line);
    std::smatch match;
    REQUIRE(std::regex_match(line, match, exchange));
    CHECK_FALSE(contains(line, "ana@"));
    const std::string outcome =
        std::regex_replace(match[3].str(), std::regex(" after \\d+ ms"), "");  // libcurl says so
    all.insert(match[1].str() + match[2].str() + " " + outcome);
  }
  return all;
}

std::string host_of(const MailServer& server) { return "127\\.0\\.0\\.1:" + std::to_string(server.port()); }

const std::regex time_of_day("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$");

}  // namespace

TEST_CASE("verbose: -v names each statement with its time, rows and database") {
  const TenantFixture desk;
  const Result result = desk({"user", "list", "-v"});
  CHECK(result.status == 0);
  const std::regex statement(
      "statement ([a-z_ ]+): database ([a-z_]+), \\d+\\.\\d ms, (\\d+) rows?, round trip (\\d+)");
  std::set<std::string> databases;
  std::set<std::string> names;
  for (const std::string& line : lines_of(result.err)) {
    std::smatch match;
    INFO(line);
    REQUIRE(std::regex_match(line, match, statement));
    names.insert(match[1]);
    databases.insert(match[2]);
  }
  CHECK(databases.contains("acme"));
  CHECK(databases.contains("acctl"));
  CHECK(names.contains("user_list"));
  CHECK_FALSE(contains(desk({"user", "list"}).err, "statement"));
  CHECK(desk({"user", "list", "-qv"}).err.empty());
}

TEST_CASE("verbose: -v names each exchange with the mail server, with host, time and answer") {
  const TenantFixture desk;
  const MailServer server({.security = acctl::test::MailServerOptions::Security::starttls, .auth = "postman:s3cr3t"});
  const std::string credentials = desk.acctl.folder.path() + "/credentials";
  put_private(credentials, "postman\ns3cr3t\n", 0600);
  set_mail(desk.acctl, smtp_fields(server, "ca_file: " + server.certificate() + ", credentials_file: " + credentials));
  const std::set<std::string> exchanges = mail_exchanges(desk, host_of(server));
  for (const char* expected :
       {"connect 220", "EHLO 250", "STARTTLS 220", "AUTH 235", "MAIL 250", "RCPT 250", "DATA 354", "message 250"}) {
    INFO(expected);
    CHECK(exchanges.contains(expected));
  }
  put_private(credentials, "postman\nwrong\n", 0600);
  CHECK(mail_exchanges(desk, host_of(server)).contains("AUTH 535"));
  const std::string log = desk.acctl.folder.path() + "/acctl.log";
  CHECK(desk.acctl({"platform", "check", "--log-file", log}).status == 4);
  CHECK(std::regex_search(file_text(log),
                          std::regex(" smtp=AUTH host=" + host_of(server) + " ms=[0-9]+\\.[0-9] outcome=535\\b")));
  set_mail(desk.acctl, smtp_fields(server, "credentials_file: " + credentials));
  bool refused = false;
  for (const std::string& exchange : mail_exchanges(desk, host_of(server))) {
    refused = refused || (exchange.starts_with("TLS ") && contains(exchange, "certificate"));
  }
  CHECK(refused);
}

TEST_CASE("verbose: -v names a mail exchange that had no answer, too") {
  const TenantFixture desk;
  const MailServer silent({.faults = {"--hang", "MAIL"}});
  set_mail(desk.acctl, smtp_fields(silent, "tls: none, timeout: 1s"));
  CHECK(mail_exchanges(desk, host_of(silent), {"outbox", "deliver"}).contains("MAIL no answer within 1s"));
  set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  const std::set<std::string> exchanges = mail_exchanges(desk, "127\\.0\\.0\\.1:1");
  REQUIRE(exchanges.size() == 1);
  CHECK(exchanges.begin()->starts_with("connect "));
}

TEST_CASE("verbose: -v names what a sendmail program and a Maildir do") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path();
  put_private(folder + "/sendmail", "#!/bin/sh\ncat >/dev/null\necho \"no $5\"\nexit 75\n", 0700);
  set_mail(desk.acctl, "transport: sendmail, from: no-reply@help.example, program: " + folder + "/sendmail");
  CHECK(mail_exchanges(desk, folder + "/sendmail") == std::set<std::string>{"sendmail exit code 75"});
  set_mail(desk.acctl, "transport: maildir, from: no-reply@help.example, folder: " + folder + "/Maildir");
  CHECK(mail_exchanges(desk, folder + "/Maildir") == std::set<std::string>{"maildir written"});
}

TEST_CASE("with --log-format json each line is an object with time, level, run and tenant") {
  const TenantFixture desk;
  const Result result =
      desk({"user", "edit", "ana@acme.example", "--name", "Ana B", "--yes", "-v", "--log-format", "json"});
  CHECK(result.status == 0);
  std::set<std::string> runs;
  bool concerns_acme = false;
  for (const std::string& line : lines_of(result.err)) {
    INFO(line);
    const Json entry = Json::parse(line);
    CHECK(std::regex_match(entry.at("time").get<std::string>(), time_of_day));
    CHECK(std::set<std::string>{"debug", "info", "warning"}.contains(entry.at("level")));
    CHECK(entry.at("message").is_string());
    runs.insert(entry.at("run"));
    concerns_acme = concerns_acme || entry.value("tenant", "") == "acme";
  }
  CHECK(concerns_acme);
  REQUIRE(runs.size() == 1);
  CHECK(contains(desk({"log", "-o", "json"}).out, *runs.begin()));
}

TEST_CASE("the --log-file keeps what -v shows, whatever is shown") {
  const TenantFixture desk;
  const std::string log = desk.acctl.folder.path() + "/acctl.log";
  const Result first = desk({"user", "list", "--log-file", log, "-q"});
  CHECK(first.err.empty());
  CHECK(desk({"user", "show", "nobody@acme.example", "--log-file", log}).status == 3);
  bool listed = false;
  bool failed = false;
  std::set<std::string> runs;
  const std::regex pair("([a-z]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^ \"]+)(?: |$)");
  for (const std::string& line : lines_of(file_text(log))) {
    INFO(line);
    std::map<std::string, std::string> pairs;
    std::size_t length = 0;
    for (std::sregex_iterator match(line.begin(), line.end(), pair), end; match != end; ++match) {
      pairs[(*match)[1]] = (*match)[2];
      length += static_cast<std::size_t>(match->length());
    }
    CHECK(length == line.size());  // nothing but pairs
    CHECK(std::regex_match(pairs["time"], time_of_day));
    runs.insert(pairs["run"]);
    listed = listed || (pairs["statement"] == "user_list" && pairs["database"] == "acme" && pairs["tenant"] == "acme");
    failed = failed || (pairs["level"] == "error" && contains(pairs["message"], "nobody@acme.example"));
  }
  CHECK(runs.size() == 2);
  CHECK(listed);
  CHECK(failed);
  const auto mode = std::filesystem::status(log).permissions();
  CHECK((mode & std::filesystem::perms::others_all) == std::filesystem::perms::none);
  check_ended(desk({"user", "list", "--log-file", desk.acctl.folder.path() + "/none/acctl.log"}), 3,
              "--log-file: cannot write to ");
}

TEST_CASE("a log file that is moved away is made anew") {
  const TenantFixture desk;
  const std::string log = desk.acctl.folder.path() + "/acctl.log";
  Running running({.words = {acctl::test::program_path(), "user", "sync", "-f", "-", "-t", "acme", "--yes", "--role",
                             "support-agent", "--log-file", log, "--log-format", "json"},
                   .environment = desk.acctl.acctl.environment});
  REQUIRE(eventually([&] { return std::filesystem::exists(log); }));
  std::filesystem::rename(log, log + ".1");
  running.type("email,name\nana@acme.example,Ana\n");
  running.finish();
  CHECK(contains(file_text(log), "\"database\":\"acme\""));
}

TEST_CASE("under systemd a line begins with its priority") {
  const TenantFixture desk;
  const std::string journal = desk.acctl.folder.path() + "/journal";
  const std::string script = "exec 2>" + journal + "; export JOURNAL_STREAM=$(stat -L -c %d:%i " + journal +
                             "); exec " + acctl::test::program_path() +
                             " role grant admin ana@acme.example --until 3s -t acme -v";
  check_ended(run_program({.words = {"sh", "-c", script}, .environment = desk.acctl.acctl.environment, .input = ""}),
              0);
  std::set<std::string> priorities;
  for (const std::string& line : lines_of(file_text(journal))) {
    INFO(line);
    REQUIRE(std::regex_search(line, std::regex("^<[0-7]>")));
    priorities.insert(line.substr(0, 3));
  }
  CHECK(priorities.contains("<7>"));  // statements
  CHECK(priorities.contains("<6>"));  // that nothing changes
}
