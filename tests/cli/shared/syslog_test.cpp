// --log-file syslog: what reaches the socket of the system log. /dev/log is a fixed path of the C library, so acctl
// runs in a mount namespace whose /dev is made for the test: no daemon, no privilege, and no two tests meet.
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <regex>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::MailServer;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::set_mail;
using acctl::test::smtp_fields;
using acctl::test::TenantFixture;

namespace {

// The arguments: a folder with the socket `log`, then a program with its arguments. Everything else that programs need
// of /dev stays; /dev/shm holds the folders of tests and clusters.
constexpr const char* in_own_dev = R"(set -e
folder=$1
shift
mkdir -p "$folder/dev"
for name in null zero random urandom; do
  touch "$folder/dev/$name"
  mount --bind "/dev/$name" "$folder/dev/$name"
done
if [ -d /dev/shm ]; then
  mkdir -p "$folder/dev/shm"
  mount --bind /dev/shm "$folder/dev/shm"
fi
ln -sf "$folder/log" "$folder/dev/log"
mount --rbind "$folder/dev" /dev
exec "$@"
)";

// Runs a program with <folder>/log as its /dev/log.
Result run_logged(const TenantFixture& desk, const std::vector<std::string>& words) {
  // Root needs no user namespace. In one, it could not enter the folder of the server, which is another account's.
  const std::string namespaces = geteuid() == 0 ? "-m" : "-rm";
  std::vector<std::string> all = {"unshare", namespaces, "sh", "-c", in_own_dev, "sh", desk.acctl.folder.path()};
  all.insert(all.end(), words.begin(), words.end());
  return run_program({.words = all, .environment = desk.acctl.acctl.environment, .input = ""});
}

Result acctl_to_syslog(const TenantFixture& desk, const std::vector<std::string>& words) {
  std::vector<std::string> all = {acctl::test::program_path()};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"-t", "acme", "--log-file", "syslog"});
  return run_logged(desk, all);
}

// Receives as a system logger does. The socket holds ten datagrams and then makes the sender wait, so a thread reads.
class SyslogSocket {
 public:
  explicit SyslogSocket(const std::string& path) : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (socket_ < 0 || path.size() >= sizeof address.sun_path) throw std::runtime_error("socket " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("bind " + path);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { receive(stop); });
  }
  ~SyslogSocket() {
    finish();
    close(socket_);
  }
  SyslogSocket(const SyslogSocket&) = delete;
  SyslogSocket& operator=(const SyslogSocket&) = delete;

  // All datagrams. Those who sent them have ended.
  const std::vector<std::string>& finish() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return datagrams_;
  }

 private:
  // Ends when it is asked to and nothing is left.
  void receive(const std::stop_token& stop) {
    pollfd wait = {socket_, POLLIN, 0};
    for (;;) {
      const bool last = stop.stop_requested();
      if (poll(&wait, 1, 10) > 0) {
        char buffer[65536];
        const ssize_t size = recv(socket_, buffer, sizeof buffer, 0);
        if (size > 0) datagrams_.emplace_back(buffer, static_cast<std::size_t>(size));
      } else if (last) {
        return;
      }
    }
  }

  int socket_;
  std::vector<std::string> datagrams_;
  std::jthread thread_;
};

struct Line {
  std::string level;
  std::string tenant;
  std::string message;
  std::string rest;  // " statement=user_list database=acme …"
};

// Checks head and priority of a datagram as RFC 3164 and the C library have them.
Line line_in(const std::string& datagram) {
  static const std::regex form(
      R"re(<(\d+)>[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} acctl\[\d+\]: level=([a-z]+) run=[0-9a-f]{12} )re"
      R"re((?:tenant=([a-z]+) )?message="((?:[^"\\]|\\.)*)"(.*)\n?)re");
  static const std::map<std::string, std::string> priorities = {
      {"debug", "15"}, {"info", "14"}, {"warning", "12"}, {"error", "11"}};  // facility user
  INFO(datagram);
  std::smatch match;
  REQUIRE(std::regex_match(datagram, match, form));
  REQUIRE(priorities.contains(match[2]));
  CHECK(match[1] == priorities.at(match[2]));
  return {.level = match[2], .tenant = match[3], .message = match[4], .rest = match[5]};
}

std::string token_of(const Result& invited) {
  const std::string link = invited.json()["invited"][0]["link"];
  return link.substr(link.find_last_of("/=") + 1);
}

}  // namespace

// Catch2 2 cannot skip a test.
#ifndef SKIP
#define SKIP(reason) \
  do {               \
    WARN(reason);    \
    return;          \
  } while (false)
#endif

TEST_CASE("syslog: lines reach /dev/log with priority, level, tenant, text and fields, and no secret is in them",
          "[promise 9]") {
  const TenantFixture desk;
  SyslogSocket socket(desk.acctl.folder.path() + "/log");
  const Result possible = run_logged(desk, {"true"});
  if (possible.status != 0)
    SKIP("no mount namespace can be made here, so /dev/log cannot be replaced: " << possible.err);

  const std::string password = "s3cr3t-0f-syslog";
  const MailServer server({.auth = "postman:" + password});
  const std::string credentials = desk.acctl.folder.path() + "/credentials";
  put_file(credentials, "postman\n" + password + "\n");
  REQUIRE(chmod(credentials.c_str(), 0600) == 0);
  check_ended(acctl_to_syslog(desk, {"user", "invite", "cal@acme.example"}), 0);  // no transport yet: a warning
  set_mail(desk.acctl, smtp_fields(server, "tls: none, credentials_file: " + credentials));
  const Result invited = acctl_to_syslog(desk, {"user", "invite", "bea@acme.example", "--print-link", "-o", "json"});
  check_ended(invited, 0);
  const Result created = acctl_to_syslog(desk, {"api-key", "create", "ana@acme.example", "--name", "ci", "-o", "json"});
  check_ended(created, 0);
  const Result listed = acctl_to_syslog(desk, {"user", "list", "-q"});
  CHECK(listed.err.empty());
  check_ended(acctl_to_syslog(desk, {"user", "show", "nobody@acme.example"}), 3);

  std::set<std::string> levels;
  std::string all;
  std::string of_statement;
  std::string of_mail;
  std::string of_error;
  for (const std::string& datagram : socket.finish()) {
    const Line line = line_in(datagram);
    levels.insert(line.level);
    all += datagram;
    if (contains(line.rest, " statement=user_list database=acme ")) of_statement = line.tenant + ": " + line.message;
    if (contains(line.rest, " smtp=AUTH host=127.0.0.1:" + std::to_string(server.port()))) of_mail = line.message;
    if (line.level == "error") of_error = line.message;
  }
  CHECK(levels == std::set<std::string>{"debug", "error", "info", "warning"});
  CHECK(of_statement.starts_with("acme: statement user_list: database acme, "));
  CHECK(of_mail.starts_with("smtp AUTH: host 127.0.0.1:"));
  CHECK(contains(of_error, "nobody@acme.example"));
  for (const std::string& secret : {password, token_of(invited), created.json()["key"].get<std::string>()}) {
    REQUIRE(secret.size() > 10);
    CHECK_FALSE(contains(all, secret));
  }
}

TEST_CASE("syslog: with --log-format json what follows the head of a line is an object") {
  const TenantFixture desk;
  SyslogSocket socket(desk.acctl.folder.path() + "/log");
  const Result possible = run_logged(desk, {"true"});
  if (possible.status != 0)
    SKIP("no mount namespace can be made here, so /dev/log cannot be replaced: " << possible.err);
  check_ended(acctl_to_syslog(desk, {"user", "list", "--log-format", "json"}), 0);
  bool listed = false;
  for (const std::string& datagram : socket.finish()) {
    INFO(datagram);
    const std::size_t head = datagram.find("]: ");
    REQUIRE(head != std::string::npos);
    const auto line = nlohmann::json::parse(datagram.substr(head + 3));
    CHECK(line.at("level") == "debug");
    CHECK(line.at("time").is_string());
    listed = listed || (line.value("statement", "") == "user_list" && line.value("tenant", "") == "acme");
  }
  CHECK(listed);
}
