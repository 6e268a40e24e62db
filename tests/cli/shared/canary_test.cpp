// Promise 9, by canaries: secrets go through every command at the highest verbosity, on good days and on bad ones, and
// are looked for wherever something of a run stays: standard output and error, the log as text and as JSON, the
// databases, the server's log, files, and what child processes are started with.
#include <algorithm>

#include "cli/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/local_server.hpp"
#include "tests/support/secret_watch.hpp"

using acctl::test::Call;
using acctl::test::commands_of;
using acctl::test::file_text;
using acctl::test::Local;
using acctl::test::Result;
using acctl::test::SecretWatch;
using acctl::test::TwoTenants;
using acctl::test::words_of;

namespace {

using Environment = SecretWatch::Environment;
using Words = std::vector<std::string>;

const std::set<std::string> places = {"child processes", "control database", "files",
                                      "log as json",     "log as text",      "server log",
                                      "stderr",          "stdout",           "tenants' databases"};

// No secret: what must be found in all places, or secrets are not looked for well enough.
const std::string planted = "p1anted-canary-in-plain-sight";

std::string call_of(const Words& words) { return words[0] + " " + words[1]; }

// Brings the planted canary to every place as a secret would come there.
void plant(SecretWatch& watch) {
  watch.mail_by_program();
  const auto run = [&](const Words& words, int status) {
    const Result result = watch.run(words);
    INFO(call_of(words) << ": " << result.err);
    CHECK(result.status == status);
  };
  run({"enterprise", "create", "planted", "--name", planted}, 0);
  run({"team", "create", "planted", "--name", planted, "--reason", planted, "-t", "acme"}, 0);
  run({"team", "show", "planted", "-t", "acme"}, 0);
  run({"user", "show", planted + "@x.example", "-t", "acme"}, 3);  // with one form of the log
  run({"user", "show", planted + "@x.example", "-t", "acme"}, 3);  // and with the other
  run({"user", "invite", planted + "@x.example", "-t", "acme"}, 0);
  run({"export", "-t", "acme", "--out", watch.two.acctl.folder.path() + "/planted.yaml"}, 0);
  watch.mail_by_smtp();
}

// A wrong password in every way, and what holds a secret but cannot be read.
void fail_to_sign_in(SecretWatch& watch) {
  const auto fails = [&](const Environment& environment, const Words& words, int status,
                         const std::string& input = "") {
    const Result result = watch.run_in(environment, words, input);
    INFO(call_of(words) << ": " << result.err);
    CHECK(result.status == status);
  };
  const Words list = {"user", "list", "-t", "acme"};
  for (const Environment& way : watch.ways(watch.wrong_control_password)) {
    fails(way, list, 4);
    fails(way, acctl::test::create_words("fresh"), 4);
  }
  const Environment right = watch.ways(watch.control_password).front();
  const std::string url = watch.two.acctl.cluster.url();
  const std::string whole = url + "&password=" + watch.unreadable;
  fails(right, {"tenant", "list", "--database", whole}, 3);
  fails(right, {"user", "accept", "-t", "acme"}, 3, watch.unreadable);
  Environment wrong = right;
  wrong["ACCTL_DATABASE_URL"] = "postgresql://acctl:" + watch.unreadable + "@[broken/acctl";
  fails(wrong, list, 3);
  wrong = right;
  wrong["ACCTL_KEY_FILE"] = watch.secret_file("no.key", watch.unreadable + "\n");
  fails(wrong, {"user", "invite", "late@x.example", "-t", "acme"}, 3);
  wrong = right;
  wrong.erase("ACCTL_DATABASE_URL");
  wrong["XDG_CONFIG_HOME"] = watch.secrets() + "/odd";
  watch.secret_file("odd/acctl/config.yaml", "current: a\ncontexts: {a: {database: [\"" + whole + "\"]}}\n");
  fails(wrong, list, 3);
}

// A mail server that refuses the password, credentials that are none, and no mail server.
void fail_to_mail(SecretWatch& watch) {
  int number = 0;
  const auto send = [&](int status) {
    const std::string email = "late" + std::to_string(++number) + "@x.example";
    CHECK(watch.run({"platform", "check"}).status == status);
    CHECK(watch.run({"user", "invite", email, "--print-link", "-o", "json", "-t", "acme"}).status == 0);
    watch.run({"outbox", "deliver", "-t", "acme"});
  };
  watch.secret_file("credentials", "postman\n" + watch.wrong_smtp_password + "\n");
  send(4);
  watch.secret_file("credentials", "postman\n" + watch.wrong_smtp_password + "\n" + watch.unreadable + "\n");
  send(3);
  watch.secret_file("credentials", "postman\n" + watch.smtp_password + "\n");
  watch.mail_by("transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  send(4);
  watch.mail_by_smtp();
}

// All commands, each while there is what it needs: what takes away comes behind, and what ends a tenant or the platform
// last.
Words all_commands() {
  const Words late = {"user deactivate",
                      "user reactivate",
                      "api-key revoke",
                      "role revoke",
                      "role-template unassign",
                      "team remove",
                      "enterprise revoke",
                      "enterprise remove-tenant",
                      "undo",
                      "import",
                      "role delete",
                      "team delete",
                      "role-template delete",
                      "user delete",
                      "user offboard",
                      "tenant suspend",
                      "tenant resume",
                      "tenant delete",
                      "tenant purge",
                      "platform apply"};
  Words all = commands_of(acctl::command_tree());
  std::erase_if(all, [&](const std::string& command) { return std::ranges::find(late, command) != late.end(); });
  all.insert(all.end(), late.begin(), late.end());
  return all;
}

// Commands that make secrets show them, and no command leaves nothing to do for another one.
std::map<std::string, Call> all_calls(const TwoTenants& two) {
  std::map<std::string, Call> all = two.calls();
  all.merge(two.calls_elsewhere());
  all["role clone"].words = {"marked", "cloned", "--name", "Cloned"};
  all["user resend"].words = {"new@x.example", "--print-link", "-o", "json"};
  all["user invite"].words = {"new@x.example", "--print-link", "-o", "json"};
  all["api-key create"].words.insert(all["api-key create"].words.end(), {"-o", "json"});
  return all;
}

// The embedded server lives on with the environment that it was started with.
void look_at_server(SecretWatch& watch, const Local& local) {
  const std::vector<int> pids = acctl::processes_in(local.data());
  CHECK_FALSE(pids.empty());
  for (const int pid : pids) {
    const std::string folder = "/proc/" + std::to_string(pid);
    watch.sightings.add("child processes", "postgres", file_text(folder + "/cmdline") + file_text(folder + "/environ"));
  }
}

void walk(SecretWatch& watch) {
  const Local local;
  Environment embedded = local.acctl.environment;
  embedded["PGPASSWORD"] = watch.control_password;
  const std::map<std::string, Call> calls = all_calls(watch.two);
  const Words commands = all_commands();
  std::size_t done = 0;
  for (const std::string& command : commands) {
    const auto found = calls.find(command);
    INFO("acctl " << command << ": say in tests/support/two_tenants.cpp how it is called");
    REQUIRE(found != calls.end());
    const Call& call = found->second;
    Words words = words_of(command);
    words.insert(words.end(), call.words.begin(), call.words.end());
    if (call.way != Call::Way::named) words.insert(words.end(), {"-t", "acme"});
    if (command == "tenant suspend") watch.look_at_databases();
    const Result result =
        command.starts_with("local ") ? watch.run_in(embedded, words, call.input) : watch.run(words, call.input);
    INFO(result.err);
    CHECK(result.status != 4);
    if (result.status == 0) ++done;
    if (command == "local up") look_at_server(watch, local);
  }
  // Commands that are refused at once would prove nothing.
  INFO(done << " of " << commands.size() << " commands did what they are for");
  CHECK(done * 10 >= commands.size() * 9);
}

// The server is told verifiers at most: "alter role x password 'SCRAM-SHA-256$…'".
void check_verifiers(const SecretWatch& watch) {
  const std::string log = watch.two.acctl.cluster.log();
  for (const std::string word : {"password '", "PASSWORD '"}) {
    for (std::size_t at = log.find(word); at != std::string::npos; at = log.find(word, at + 1)) {
      CHECK(log.compare(at + word.size(), 14, "SCRAM-SHA-256$") == 0);
    }
  }
  CHECK(watch.two.acctl.control("select count(*) from pg_authid where rolpassword not like 'SCRAM-SHA-256$%'") == "0");
}

}  // namespace

TEST_CASE("canaries: no secret is left by any command, whatever becomes of it, at the highest verbosity",
          "[promise 9]") {
  SecretWatch watch;
  plant(watch);
  fail_to_sign_in(watch);
  fail_to_mail(watch);
  walk(watch);
  check_verifiers(watch);
  const std::vector<Environment> ways = watch.ways(watch.control_password);
  watch.two.acctl.cluster.stop();
  for (const Environment& way : ways) CHECK(watch.run_in(way, {"user", "list", "-t", "acme"}).status == 4);
  watch.look_at_the_rest();

  std::set<std::string> found;
  for (const auto& [place, what] : watch.sightings.find(planted)) found.insert(place);
  CHECK(found == places);  // so a secret that is not found below is in none of them
  CHECK(watch.canaries.size() > 15);
  for (const std::string& canary : watch.canaries) {
    REQUIRE(canary.size() > 16);
    for (const auto& [place, what] : watch.sightings.find(canary)) {
      FAIL_CHECK(canary << " is in " << place << ": " << what);
    }
  }
}
