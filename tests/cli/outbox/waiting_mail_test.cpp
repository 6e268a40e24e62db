// Before messages leave, a person knows how many; --no-mail holds them; and what a run that was cut off did not send,
// the same command again sends.
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/mail_desk.hpp"
#include "tests/support/umbrella.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;

const std::string& bea = bea_address;
const std::string two_guests = "users:\n  bea@acme.example: {roles: [support-agent]}\n  cal@acme.example: {name: Cal}\n";

// Of the messages to `recipient`, in the order in which they were queued.
std::string statuses(const TestPlatform& acctl, const std::string& tenant, const std::string& recipient) {
  return acctl.in(tenant, "select string_agg(status, ' ' order by queued_at) from app.outbox where recipient = '" +
                              recipient + "'");
}

std::string tenants_file(const TestPlatform& acctl, const Words& slugs) {
  std::string text = "acctl: 1\ntenants:\n";
  for (const std::string& slug : slugs) text += "  " + slug + ": {name: X, admin_email: ana@" + slug + ".example}\n";
  const std::string path = acctl.folder.path() + "/tenants.yaml";
  put_file(path, text);
  return path;
}

// Interrupts `words` while they wait for the answer to a message; how they ended.
int interrupted_while_mailing(const TenantFixture& desk, const MailServer& server, const Words& words) {
  const pid_t pid = start(desk, words);
  CHECK(eventually([&] { return server.hangs(); }, std::chrono::seconds(60)));
  CHECK(kill(pid, SIGINT) == 0);
  int status = 0;
  CHECK(eventually([&] { return waitpid(pid, &status, WNOHANG) == pid; }));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a plan that invites or notifies says how many messages will be sent") {
  const TenantFixture desk;
  check_ended(desk.plan(two_guests), 0, "2 invitations will be sent\n");
  CHECK(desk.planned(two_guests)["messages"].dump() == R"({"invitations":2,"notifications":0})");
  check_ended(desk.plan(two_guests, {"-o", "markdown"}), 0, "2 invitations will be sent.\n");
  check_ended(desk.plan(two_guests, {"--no-mail"}), 0, "2 invitations will be held\n");
  check_ended(desk.apply(two_guests, {"--dry-run"}), 0, "2 invitations will be sent\n");
  check_ended(desk.apply(two_guests), 0, "2 invitations will be sent\n");
  CHECK_FALSE(contains(desk.plan(two_guests).out, "will be sent"));
  CHECK_FALSE(desk.planned(two_guests).contains("messages"));
  // An invited user who moves is invited again; one who has signed up is only told that access ends.
  const std::string moved = "users:\n  bea.new@acme.example: {previously: [bea@acme.example]}\n";
  check_ended(desk.plan(moved), 0, "1 invitation will be sent\n");
  desk.in("update app.users set status = 'active' where email = 'bea@acme.example'");
  CHECK_FALSE(contains(desk.plan(moved).out, "will be sent"));
  check_ended(desk({"user", "deactivate", bea, "--dry-run"}), 0, "1 notification will be sent\n");
}

TEST_CASE("--no-mail holds the messages of any command, and outbox deliver --held sends them") {
  const TenantFixture desk;
  forget_first_mail(desk);
  const MailServer server;
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea, "--no-mail"}), 0, "messages are held");
  check_ended(desk.apply("users:\n  cal@acme.example: {roles: [support-agent]}\n", {"--no-mail"}), 0,
              "messages are held; 'acctl outbox deliver --held' sends them");
  const Result created = desk.acctl(create_words("globex", {"--no-mail"}));
  check_ended(created, 0, "messages are held");
  CHECK(statuses(desk.acctl, "acme", bea) == "held");
  CHECK(statuses(desk.acctl, "acme", "cal@acme.example") == "held");
  CHECK(statuses(desk.acctl, "globex", "ana@globex.example") == "held");
  // Neither the timer's command nor the same command again sends what is held.
  check_ended(desk.acctl({"outbox", "deliver"}), 0, "0 messages sent");
  check_ended(desk({"user", "invite", bea}), 0);
  CHECK(server.messages().empty());
  CHECK(desk.json({"outbox", "list", "--status", "held"}).size() == 2);
  CHECK(desk.json({"outbox", "list"}).size() == 2);
  check_ended(desk.acctl({"outbox", "deliver", "--held", "--no-mail"}), 3, "--no-mail");
  check_ended(desk.acctl({"outbox", "deliver", "--held"}), 0, "3 messages sent");
  CHECK(server.messages().size() == 3);
  CHECK(desk.complaints() == "");
}

TEST_CASE("a held invitation that is revoked is not sent any more") {
  const TenantFixture desk;
  forget_first_mail(desk);
  check_ended(desk({"user", "invite", bea, "--no-mail"}), 0);
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0);
  CHECK(statuses(desk.acctl, "acme", bea) == "canceled");
}

TEST_CASE("promise 1: apply, sync and tenant create again send what an earlier run has queued and not sent") {
  const TenantFixture desk;
  const std::string directory = desk.acctl.folder.path() + "/directory.csv";
  put_file(directory, "email,external_id\ndan@acme.example,d-1\n");
  // Without a transport a run ends as if it were killed between its commit and its messages.
  check_ended(desk.apply(two_guests), 0);
  check_ended(desk({"user", "sync", "-f", directory, "--yes"}), 0);
  check_ended(desk.apply(two_guests), 0, "nothing to change");
  CHECK(statuses(desk.acctl, "acme", bea) == "queued");
  const MailServer server;
  mail_by(desk, server);

  SECTION("apply") {
    const Result again = desk.apply(two_guests);
    check_ended(again, 0, "nothing to change");
    check_ended(again, 0, "4 messages sent");
  }
  SECTION("sync") { check_ended(desk({"user", "sync", "-f", directory, "--yes"}), 0, "4 messages sent"); }
  SECTION("tenant create") { check_ended(desk.acctl(create_words("acme")), 0, "4 messages sent"); }
  SECTION("tenant create -f") {
    const std::string path = desk.acctl.folder.path() + "/more.yaml";
    put_file(path, "acctl: 1\ntenants:\n  acme: {name: Name of acme, admin_email: ana@acme.example}\n");
    check_ended(desk.acctl({"tenant", "create", "-f", path}), 0, "4 messages sent");
  }
  CHECK(statuses(desk.acctl, "acme", bea) == "sent");
  // What has been sent once is not sent again.
  const std::size_t sent = server.messages().size();
  check_ended(desk.apply(two_guests), 0, "nothing to change");
  CHECK(server.messages().size() == sent);
}

TEST_CASE("promise 1: what was tried and put off waits for its time, whatever command runs again") {
  const TenantFixture desk;
  forget_first_mail(desk);
  const MailServer server({.faults = {"--reply", "MAIL=451 4.3.0 later x1"}});
  mail_by(desk, server);
  const std::string guest = "users:\n  bea@acme.example: {roles: [support-agent]}\n";
  check_ended(desk.apply(guest), 0, "451 4.3.0 later");
  check_ended(desk.apply(guest), 0, "nothing to change");
  CHECK(server.messages().empty());
}

TEST_CASE("promise 1: enterprise grant again sends the invitations that an earlier run has not sent") {
  const Umbrella umbrella;
  const Words grant = {"olga@umbrella.example", "team-lead", "--yes"};
  check_ended(umbrella("grant", grant), 0);
  CHECK(statuses(umbrella.acctl, "globex", "olga@umbrella.example") == "queued");
  const MailServer server;
  set_mail(umbrella.acctl, smtp_fields(server, "tls: none"));
  check_ended(umbrella("grant", grant), 0);
  for (const std::string tenant : {"acme", "globex"}) {
    CHECK(statuses(umbrella.acctl, tenant, "olga@umbrella.example") == "sent");
  }
}

TEST_CASE("tenant clone sends the invitation of the new tenant's administrator, and again what waits") {
  const TenantFixture desk;
  const Words clone = {"tenant",        "clone",           "acme", "copy", "--name", "Copy",
                       "--admin-email", "it@acme.example", "--yes"};
  check_ended(desk.acctl(clone), 0);
  CHECK(statuses(desk.acctl, "copy", "it@acme.example") == "queued");
  const MailServer server;
  mail_by(desk, server);
  check_ended(desk.acctl(clone), 0, "1 message sent");
  CHECK(statuses(desk.acctl, "copy", "it@acme.example") == "sent");
  Words second = clone;
  second[3] = "other";
  check_ended(desk.acctl(second), 0, "1 message sent");
}

TEST_CASE("fault 6: Ctrl-C while a command mails is 130, and the same command sends what waits") {
  const TenantFixture desk;
  forget_first_mail(desk);
  const std::string file = people(desk, 3);
  MailServer server({.faults = {"--hang", "END", "--hang-after", "1"}});
  mail_by(desk, server, ", timeout: 10m");
  const Words words = {"user", "invite", "--file", file, "-t", "acme"};
  CHECK(interrupted_while_mailing(desk, server, words) == 130);
  CHECK(server.messages().size() == 1);
  server.cure();
  check_ended(desk.acctl(words), 0, "2 messages sent");
  CHECK(not_once(server.messages(), 3) == "");
}

TEST_CASE("fault 6: Ctrl-C while tenant create -f mails leaves no administrator without a message") {
  const TenantFixture desk;
  forget_first_mail(desk);
  MailServer server({.faults = {"--hang", "END"}});
  mail_by(desk, server, ", timeout: 10m");
  const Words words = {"tenant", "create", "-f", tenants_file(desk.acctl, {"ada", "bob", "cyd"}), "--parallel", "1"};
  CHECK(interrupted_while_mailing(desk, server, words) == 130);
  CHECK(server.messages().empty());
  server.cure();
  const Result again = desk.acctl(words);
  check_ended(again, 0, "3 unchanged");
  check_ended(again, 0, "3 messages sent");
  CHECK(server.messages().size() == 3);
}

TEST_CASE("a mail server that takes longer to answer than to connect gets each message once") {
  const TenantFixture desk;
  forget_first_mail(desk);
  const MailServer server({.faults = {"--slow", "4"}});
  mail_by(desk, server, ", timeout: 20s");
  check_ended(desk({"user", "invite", bea}), 0, "1 message sent");
  CHECK(server.messages().size() == 1);
  CHECK(fate(desk) == "sent 1");
}

TEST_CASE("a mail server that offers no authentication gets nothing where credentials are configured") {
  const TenantFixture desk;
  forget_first_mail(desk);
  const std::string credentials = desk.acctl.folder.path() + "/credentials";
  put_file(credentials, "postman\ns3cr3t\n");
  std::filesystem::permissions(credentials, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto security = GENERATE(MailServerOptions::Security::none, MailServerOptions::Security::starttls);
  const MailServer server({.security = security, .faults = {"--no-auth"}});
  const bool plain = security == MailServerOptions::Security::none;
  set_mail(desk.acctl, smtp_fields(server, (plain ? "tls: none" : "ca_file: " + server.certificate()) +
                                               ", credentials_file: " + credentials));
  const std::string why = "the mail server offers no authentication, and credentials are configured";
  check_ended(desk.acctl({"platform", "check"}), 4, why);
  check_ended(desk.acctl({"platform", "check"}), 4, "leave out mail.credentials_file");
  check_ended(desk({"user", "invite", bea}), 0, why);
  CHECK(fate(desk) == "queued 1 " + why);
  CHECK(server.messages().empty());
}
