// Fault 18: mail servers that are down, refuse, put off, hang, or lose what they have taken; and acctl killed with a
// mail that is sent and not marked. What did not arrive waits and can be seen, and what is sent twice is the same.
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <future>
#include <set>

#include "provisioning/local/process.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/desk.hpp"
#include "tests/support/mail_server.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

const std::string bea = "bea@acme.example";

void mail_by(const Desk& desk, const MailServer& server, const std::string& more = "") {
  set_mail(desk.acctl, smtp_fields(server, "tls: none" + more));
}

// Of the mail to bea: status, attempts, reason.
std::string fate(const Desk& desk) {
  return desk.in("select status || ' ' || attempts || coalesce(' ' || error, '') from app.outbox where recipient = '" +
                 bea + "' order by queued_at desc limit 1");
}

void make_due(const Desk& desk) { desk.in("update app.outbox set not_before = now() where status = 'queued'"); }

// The first admin's mail, which each tenant has, is not what these tests look at.
void forget_first_mail(const Desk& desk) { desk.in("delete from app.outbox where recipient like 'ana@%'"); }

// A file of people to invite, for whom there are seats.
std::string people(const Desk& desk, int count) {
  desk.acctl.control("update acctl.tenants set seats = 100");
  desk.in("update acctl.tenant set seat_limit = 100");
  std::string text = "email\n";
  for (int i = 0; i < count; ++i) text += "guest" + std::to_string(i) + "@acme.example\n";
  const std::string path = desk.acctl.folder.path() + "/people.csv";
  put_file(path, text);
  return path;
}

// acctl that goes on while the test looks at it. The caller ends it.
pid_t start(const Desk& desk, const Words& words) {
  acctl::Program acctl{.words = {"/usr/bin/env", "-i"}, .account = {}, .folder = "/"};
  for (const auto& [name, value] : desk.acctl.acctl.environment) acctl.words.push_back(name + "=" + value);
  acctl.words.push_back(program_path());
  acctl.words.insert(acctl.words.end(), words.begin(), words.end());
  return acctl::start_child(acctl, desk.acctl.folder.path() + "/started.log", SIGKILL);
}

// How often each was written to: "" where everybody was, once.
std::string not_once(const std::vector<TakenMail>& mails, int count) {
  std::map<std::string, int> times;
  for (int i = 0; i < count; ++i) times["guest" + std::to_string(i) + "@acme.example"] = 0;
  for (const TakenMail& mail : mails) ++times[mail.to.at(0)];
  std::string text;
  for (const auto& [email, number] : times) {
    if (number != 1) text += email + " " + std::to_string(number) + " times\n";
  }
  return text;
}

}  // namespace

TEST_CASE("fault 18: a mail server with a certificate that nobody vouches for gets nothing, and the mail waits") {
  const Desk desk;
  const MailServer server({.security = MailServerOptions::Security::starttls});
  set_mail(desk.acctl, smtp_fields(server));
  const Result result = desk({"user", "invite", bea});
  check_ended(result, 0, "1 mail waits: ");
  CHECK(contains(result.err, "certificate"));
  CHECK(contains(fate(desk), "queued 1 "));
  CHECK(contains(fate(desk), "certificate"));
  CHECK(server.messages().empty());
}

TEST_CASE("fault 18: a mail server that is down, or closes down, leaves the mail queued") {
  const Desk desk;
  forget_first_mail(desk);
  set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  const Result refused = desk({"user", "invite", bea});
  check_ended(refused, 0, "1 mail waits: ");
  CHECK(contains(refused.err, "127.0.0.1 port 1"));
  CHECK(contains(fate(desk), "queued 1 "));
  int attempts = 1;
  for (const std::string verb : {"CONNECT", "EHLO", "MAIL", "END"}) {
    INFO(verb);
    MailServer server({.faults = {"--reply", verb + "=421 4.3.2 closing down"}});
    mail_by(desk, server);
    make_due(desk);
    const Result result = desk({"outbox", "deliver"});
    check_ended(result, 0, "nothing goes out at present: 421 4.3.2 closing down");
    CHECK(fate(desk) == "queued " + std::to_string(++attempts) + " 421 4.3.2 closing down");
    CHECK(server.messages().empty());
    server.cure();
  }
}

TEST_CASE("fault 18: a mail that is put off is sent later") {
  const Desk desk;
  forget_first_mail(desk);
  const MailServer server({.faults = {"--reply", "MAIL=451 4.3.0 later x1"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea}), 0, "1 mail waits: 451 4.3.0 later");
  CHECK(fate(desk) == "queued 1 451 4.3.0 later");
  const std::string minutes = desk.in(
      "select extract(epoch from not_before - now()) between 30 and 90 from app.outbox where status = 'queued'");
  CHECK(minutes == "t");
  // It is not due yet.
  check_ended(desk({"outbox", "deliver"}), 0, "0 mails sent, 0 deferred, 0 failed; 1 waiting");
  CHECK(server.messages().empty());
  make_due(desk);
  check_ended(desk({"outbox", "deliver"}), 0, "1 mail sent");
  CHECK(server.messages().size() == 1);
  CHECK(fate(desk) == "sent 2");
}

TEST_CASE("fault 18: a mail that is put off for days fails in the end") {
  const Desk desk;
  forget_first_mail(desk);
  desk.json({"user", "invite", bea});
  const MailServer server({.faults = {"--reply", "RCPT=450 4.2.1 busy"}});
  mail_by(desk, server);
  desk.in("update app.outbox set attempts = 25");
  check_ended(desk({"outbox", "deliver"}), 0, "0 mails sent, 1 deferred, 0 failed; 1 waiting");
  CHECK(desk.in("select not_before - now() between interval '4 hours' and interval '8 hours' from app.outbox") == "t");
  make_due(desk);
  check_ended(desk({"outbox", "deliver"}), 0);
  CHECK(fate(desk) == "failed 27 450 4.2.1 busy");
}

TEST_CASE("fault 18: a mail that is refused has failed, is seen, and goes out after a cure") {
  const Desk desk;
  MailServer server({.faults = {"--reply", "RCPT=550 5.1.1 no such user"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea}), 0, "1 mail failed: 550 5.1.1 no such user");
  CHECK(fate(desk) == "failed 1 550 5.1.1 no such user");
  const auto listed = desk.json({"outbox", "list", "--to", bea});
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["status"] == "failed");
  CHECK(listed[0]["error"] == "550 5.1.1 no such user");
  CHECK(listed[0]["attempts"] == 1);
  CHECK(contains(desk({"outbox", "list"}).out, "550 5.1.1 no such user"));
  CHECK(contains(desk({"user", "show", bea}).out, "550 5.1.1 no such user"));
  CHECK(desk.json({"user", "show", bea})["last_mail"]["status"] == "failed");
  // What has failed is not tried again before somebody says so.
  desk({"outbox", "deliver"});
  CHECK(fate(desk) == "failed 1 550 5.1.1 no such user");
  check_ended(desk({"outbox", "retry", bea}), 0, "1 mail failed");
  server.cure();
  check_ended(desk({"outbox", "retry", bea}), 0, bea);
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages()[0].to == Words{bea});
  CHECK(desk.json({"outbox", "list", "--to", bea}).empty());
  CHECK(desk.json({"user", "show", bea})["last_mail"]["status"] == "sent");
  CHECK(desk.complaints() == "");
}

TEST_CASE("fault 18: a refusal of several lines is told as one") {
  const Desk desk;
  const MailServer server({.faults = {"--reply", "RCPT=550-5.1.1 no such user,\r\n550-5.1.1 says\r\n550 5.1.1 gsmtp"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea}), 0, "1 mail failed: 550-5.1.1 no such user, 5.1.1 says 5.1.1 gsmtp");
}

TEST_CASE("fault 18: where one recipient is refused or put off, the next one's mail goes out") {
  for (const std::string fault : {"RCPT=550 5.1.1 no", "RCPT=452 4.2.2 full", "END=554 5.6.0 spam"}) {
    const std::string answer = fault.substr(fault.find('=') + 1);
    const Desk desk;
    const MailServer server({.faults = {"--reply", fault + " x1"}});
    mail_by(desk, server);
    CHECK(desk({"user", "invite", "--file", people(desk, 5)}).status == 0);
    CHECK(server.messages().size() == 4);
    CHECK(desk.in("select count(*) from app.outbox where status = 'sent'") == "4");
    CHECK(desk.in("select status || ' ' || error from app.outbox where error is not null") ==
          (answer.starts_with("5") ? "failed " : "queued ") + answer);
  }
}

TEST_CASE("fault 18: a mail server that hangs is given up in bounded time, and the mail waits") {
  const Desk desk;
  forget_first_mail(desk);
  desk.json({"user", "invite", bea});
  int attempts = 0;
  for (const std::string verb : {"CONNECT", "MAIL", "END"}) {
    INFO(verb);
    const MailServer server({.faults = {"--hang", verb}});
    mail_by(desk, server, ", timeout: 1s");
    make_due(desk);
    const auto begin = Clock::now();
    check_ended(desk({"outbox", "deliver"}), 0, "nothing goes out at present: no answer within 1s");
    CHECK(Clock::now() - begin < std::chrono::seconds(8));
    CHECK(fate(desk) == "queued " + std::to_string(++attempts) + " no answer within 1s");
    CHECK(server.messages().empty());
  }
  // Nobody waits for its good-bye.
  const MailServer server({.faults = {"--hang", "QUIT"}});
  mail_by(desk, server, ", timeout: 10m");
  make_due(desk);
  const auto begin = Clock::now();
  check_ended(desk({"outbox", "deliver"}), 0, "1 mail sent");
  CHECK(Clock::now() - begin < std::chrono::seconds(8));
  CHECK(server.messages().size() == 1);
}

TEST_CASE("faults 6 and 18: who waits for a mail server that hangs can be interrupted, and what was sent is marked") {
  const Desk desk;
  forget_first_mail(desk);
  desk.json({"user", "invite", "--file", people(desk, 3)});
  const MailServer server({.faults = {"--hang", "END", "--hang-after", "2"}});
  mail_by(desk, server, ", timeout: 10m");
  const pid_t pid = start(desk, {"outbox", "deliver"});
  // It has the third message and says nothing.
  CHECK(eventually([&] { return server.hangs(); }));
  CHECK(kill(pid, SIGINT) == 0);
  int status = 0;
  CHECK(eventually([&] { return waitpid(pid, &status, WNOHANG) == pid; }));
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 130));
  const std::string fates =
      "select string_agg(status || coalesce(' ' || error, ''), ', ' order by status) from app.outbox";
  CHECK(desk.in(fates) == "queued interrupted, sent, sent");
}

TEST_CASE("while another run delivers, the mails wait for it") {
  const Desk desk;
  const MailServer server;
  mail_by(desk, server);
  {
    acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
    other.script("select pg_advisory_lock(hashtext('acctl outbox'))");
    check_ended(desk({"user", "invite", bea}), 0, "1 mail waits: another run is delivering");
    check_ended(desk({"outbox", "deliver"}), 0, "0 mails sent, 0 deferred, 0 failed; 2 waiting");
    CHECK(server.messages().empty());
  }
  check_ended(desk({"outbox", "deliver"}), 0, "2 mails sent");
}

TEST_CASE("fault 18, promise 8: a mail that was taken and not answered is sent again, the same to the byte") {
  const Desk desk;
  MailServer server({.faults = {"--drop-after-data"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea, "--name", "Béa"}), 0, "1 mail waits: ");
  CHECK(contains(fate(desk), "queued 1 "));
  server.cure();
  forget_first_mail(desk);
  make_due(desk);
  check_ended(desk({"outbox", "deliver"}), 0, "1 mail sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].text == mails[1].text);
  CHECK(mails[0].to == mails[1].to);
  CHECK(fate(desk) == "sent 2");
}

TEST_CASE("fault 18, promise 8: acctl killed between the server's answer and its mark sends the same mail again") {
  const Desk desk;
  forget_first_mail(desk);
  desk.json({"user", "invite", bea});
  const MailServer server;
  mail_by(desk, server);
  const auto count = [&](const std::string& condition) {
    return desk.in("select count(*) from pg_stat_activity where application_name like 'acctl/%' and datname = 'acme'" +
                   condition);
  };
  {
    // Mails can be read meanwhile and not marked.
    acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
    other.script("begin; lock table app.outbox in exclusive mode");
    const pid_t pid = start(desk, {"outbox", "deliver"});
    CHECK(eventually([&] { return count(" and wait_event_type = 'Lock'") == "1"; }));
    CHECK(server.messages().size() == 1);
    CHECK(kill(pid, SIGKILL) == 0);
    CHECK(waitpid(pid, nullptr, 0) == pid);
    // Else its last statement would be done after all.
    CHECK(eventually([&] { return count("") == "0"; }));
  }
  CHECK(fate(desk) == "queued 0");
  check_ended(desk({"outbox", "deliver"}), 0, "1 mail sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].text == mails[1].text);
  CHECK(mails[0].to == mails[1].to);
  CHECK(fate(desk) == "sent 1");
  check_ended(desk({"outbox", "deliver"}), 0, "0 mails sent");
  CHECK(server.messages().size() == 2);
  CHECK(desk.complaints() == "");
}

TEST_CASE("fault 18: several deliverers at once send each mail once, and all by one connection") {
  const Desk desk;
  forget_first_mail(desk);
  CHECK(desk({"user", "invite", "--file", people(desk, 60)}).status == 0);
  const MailServer server;
  mail_by(desk, server);
  std::vector<std::future<Result>> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(std::async(std::launch::async, [&] { return desk({"outbox", "deliver"}); }));
  }
  for (auto& run : runs) check_ended(run.get(), 0);
  CHECK(not_once(server.messages(), 60) == "");
  std::set<int> connections;
  for (const TakenMail& mail : server.messages()) connections.insert(mail.connection);
  CHECK(connections == std::set<int>{1});
  CHECK(desk.in("select count(*) from app.outbox where status = 'sent' and attempts = 1") == "60");
  CHECK(desk.complaints() == "");
}

TEST_CASE("the mails of several tenants leave by one connection where they are sent one after the other") {
  const Desk desk;
  desk.acctl.create("beta");
  desk.acctl.create("gamma");
  const MailServer server;
  mail_by(desk, server);
  check_ended(desk.acctl({"outbox", "deliver", "--parallel", "1"}), 0, "3 mails sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 3);
  for (const TakenMail& mail : mails) CHECK(mail.connection == 1);
}

TEST_CASE("fault 18: a mail server that closes after five mails gets all of them, each once") {
  const Desk desk;
  forget_first_mail(desk);
  CHECK(desk({"user", "invite", "--file", people(desk, 12)}).status == 0);
  const MailServer server({.faults = {"--close-after", "5"}});
  mail_by(desk, server);
  check_ended(desk({"outbox", "deliver"}), 0, "12 mails sent, 0 deferred, 0 failed; 0 waiting");
  REQUIRE(not_once(server.messages(), 12) == "");
  CHECK(server.messages().back().connection == 3);
}

TEST_CASE("an invitation that expired before it could be sent is not sent any more") {
  const Desk desk;
  desk.json({"user", "invite", bea});
  desk.in("update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'");
  const MailServer server;
  mail_by(desk, server);
  const auto delivered = desk.json({"outbox", "deliver"});
  REQUIRE(delivered.size() == 1);
  CHECK(delivered[0]["canceled"] == 2);
  CHECK(delivered[0]["sent"] == 0);
  CHECK(fate(desk) == "canceled 0 the invitation expired before it could be sent");
  CHECK(server.messages().empty());
  check_ended(desk({"outbox", "retry"}), 0);
  CHECK(contains(fate(desk), "canceled 0 "));
}

TEST_CASE("a mail whose template asks for what is not there fails, and others go out") {
  const Desk desk;
  desk.in("update app.email_templates set body_text = 'Hello {{who}}' where key = 'invitation'");
  desk.json({"user", "invite", "cal@acme.example"});
  desk.json({"user", "resend", "cal@acme.example"});
  desk.json({"user", "invite", bea});
  forget_first_mail(desk);
  const MailServer server;
  mail_by(desk, server);
  check_ended(desk({"outbox", "deliver"}), 0, "1 mail sent, 0 deferred, 1 failed; 0 waiting");
  CHECK(fate(desk) == "failed 1 the mail cannot be written: there is no placeholder 'who'");
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages()[0].to == Words{"cal@acme.example"});
  desk.in("update app.email_templates set body_text = 'Hello {{name}}, {{link}}' where key = 'invitation'");
  check_ended(desk({"outbox", "retry"}), 0, bea);
  CHECK(server.messages().size() == 2);
}

TEST_CASE("where one tenant cannot be delivered, the others are, and it is named") {
  const Desk desk;
  desk.acctl.create("beta");
  desk.acctl.create("gamma");
  desk.acctl.in("postgres", "alter database beta with allow_connections false");
  const MailServer server;
  mail_by(desk, server);
  const Result result = desk.acctl({"outbox", "deliver"});
  INFO(result.out + result.err);
  check_ended(result, 6, "2 mails sent");
  CHECK(contains(result.out, "beta"));
  std::set<std::string> recipients;
  for (const TakenMail& mail : server.messages()) recipients.insert(mail.to.at(0));
  CHECK(recipients == std::set<std::string>{"ana@acme.example", "ana@gamma.example"});
  desk.acctl.in("postgres", "alter database beta with allow_connections true");
  check_ended(desk.acctl({"outbox", "deliver"}), 0, "1 mail sent");
  CHECK(server.messages().size() == 3);
}
