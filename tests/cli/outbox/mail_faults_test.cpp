// Fault 18: mail servers that are down, refuse, put off, hang, or lose what they have taken. What did not arrive waits
// and can be seen, and what is sent twice is the same. Who marks what, and when, is in mail_marks_test.cpp.
#include <chrono>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/mail_desk.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

const std::string& bea = bea_address;

}  // namespace

TEST_CASE("fault 18: a mail server with a certificate that nobody vouches for gets nothing, and the mail waits") {
  const TenantFixture desk;
  const MailServer server({.security = MailServerOptions::Security::starttls});
  set_mail(desk.acctl, smtp_fields(server));
  const Result result = desk({"user", "invite", bea});
  check_ended(result, 0, "1 message is queued: ");
  CHECK(contains(result.err, "certificate"));
  CHECK(contains(fate(desk), "queued 1 "));
  CHECK(contains(fate(desk), "certificate"));
  CHECK(server.messages().empty());
}

TEST_CASE("fault 18: a mail server that is down, or closes down, leaves the mail queued") {
  const TenantFixture desk;
  forget_first_mail(desk);
  set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  const Result refused = desk({"user", "invite", bea});
  check_ended(refused, 0, "1 message is queued: ");
  CHECK(contains(refused.err, "127.0.0.1 port 1"));
  CHECK(contains(fate(desk), "queued 1 "));
  int attempts = 1;
  for (const std::string verb : {"CONNECT", "EHLO", "MAIL", "END"}) {
    INFO(verb);
    MailServer server({.faults = {"--reply", verb + "=421 4.3.2 closing down"}});
    mail_by(desk, server);
    make_due(desk);
    const Result result = desk({"outbox", "deliver"});
    check_ended(result, 0, "mail cannot be delivered at the moment: 421 4.3.2 closing down");
    CHECK(fate(desk) == "queued " + std::to_string(++attempts) + " 421 4.3.2 closing down");
    CHECK(server.messages().empty());
    server.cure();
  }
}

TEST_CASE("fault 18: what could not be sent goes with the same command again, once its next attempt is due") {
  const TenantFixture desk;
  set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  forget_first_mail(desk);
  const std::string file = desk.file("users: {" + bea + ": {}}\n");
  const Words apply = {"apply", "-f", file, "--yes"};
  check_ended(desk(apply), 0, "1 message is queued: ");
  check_ended(desk.acctl({"tenant", "create", "eps", "--name", "Eps", "--admin-email", "ana@eps.example"}), 0);
  const MailServer server;
  mail_by(desk, server);
  // Not before it is due; until then it is said that it waits.
  const std::string waits = "1 message is queued; 'acctl outbox deliver' sends the messages that are due";
  const Words create = {"tenant", "create", "eps", "--name", "Eps", "--admin-email", "ana@eps.example"};
  const Result again = desk(apply);
  check_ended(again, 0, "nothing to change");
  check_ended(again, 0, waits);
  check_ended(desk.acctl(create), 0, waits);
  check_ended(desk.acctl({"tenant", "retry", "eps"}), 0, waits);
  check_ended(desk({"user", "invite", bea}), 0, waits);
  CHECK(server.messages().empty());
  make_due(desk);
  check_ended(desk(apply), 0, "1 message sent");
  desk.acctl.in("eps", "update app.outbox set not_before = now() where status = 'queued'");
  check_ended(desk.acctl(create), 0, "1 message sent");
  CHECK(server.messages().size() == 2);
}

TEST_CASE("fault 18: a mail that is put off is sent later") {
  const TenantFixture desk;
  forget_first_mail(desk);
  const MailServer server({.faults = {"--reply", "MAIL=451 4.3.0 later x1"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea}), 0, "1 message is queued: 451 4.3.0 later");
  CHECK(fate(desk) == "queued 1 451 4.3.0 later");
  const std::string minutes = desk.in(
      "select extract(epoch from not_before - now()) between 30 and 90 from app.outbox where status = 'queued'");
  CHECK(minutes == "t");
  // It is not due yet.
  check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent, 0 deferred, 0 failed; 1 waiting");
  CHECK(server.messages().empty());
  make_due(desk);
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
  CHECK(server.messages().size() == 1);
  CHECK(fate(desk) == "sent 2");
}

TEST_CASE("fault 18: a mail that is put off for days fails in the end") {
  const TenantFixture desk;
  forget_first_mail(desk);
  desk.json({"user", "invite", bea});
  const MailServer server({.faults = {"--reply", "RCPT=450 4.2.1 busy"}});
  mail_by(desk, server);
  desk.in("update app.outbox set attempts = 25");
  check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent, 1 deferred, 0 failed; 1 waiting");
  CHECK(desk.in("select not_before - now() between interval '4 hours' and interval '8 hours' from app.outbox") == "t");
  make_due(desk);
  check_ended(desk({"outbox", "deliver"}), 0);
  CHECK(fate(desk) == "failed 27 450 4.2.1 busy");
}

TEST_CASE("fault 18: a mail that is refused has failed, is seen, and goes out after a cure") {
  const TenantFixture desk;
  MailServer server({.faults = {"--reply", "RCPT=550 5.1.1 no such user"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea}), 0, "1 message failed: 550 5.1.1 no such user");
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
  check_ended(desk({"outbox", "retry", bea}), 0, "1 message failed");
  server.cure();
  check_ended(desk({"outbox", "retry", bea}), 0, bea);
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages()[0].to == Words{bea});
  CHECK(desk.json({"outbox", "list", "--to", bea}).empty());
  CHECK(desk.json({"user", "show", bea})["last_mail"]["status"] == "sent");
  CHECK(desk.complaints() == "");
}

TEST_CASE("fault 18: a refusal of several lines is told as one") {
  const TenantFixture desk;
  const MailServer server({.faults = {"--reply", "RCPT=550-5.1.1 no such user,\r\n550-5.1.1 says\r\n550 5.1.1 gsmtp"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea}), 0, "1 message failed: 550-5.1.1 no such user, 5.1.1 says 5.1.1 gsmtp");
}

TEST_CASE("fault 18: where one recipient is refused or put off, the next one's mail goes out") {
  for (const std::string fault : {"RCPT=550 5.1.1 no", "RCPT=452 4.2.2 full", "END=554 5.6.0 spam"}) {
    const std::string answer = fault.substr(fault.find('=') + 1);
    const TenantFixture desk;
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
  const TenantFixture desk;
  forget_first_mail(desk);
  desk.json({"user", "invite", bea});
  int attempts = 0;
  for (const std::string verb : {"CONNECT", "MAIL", "END"}) {
    INFO(verb);
    const MailServer server({.faults = {"--hang", verb}});
    mail_by(desk, server, ", timeout: 1s");
    make_due(desk);
    const auto begin = Clock::now();
    check_ended(desk({"outbox", "deliver"}), 0, "mail cannot be delivered at the moment: no answer within 1s");
    CHECK(Clock::now() - begin < std::chrono::seconds(8));
    CHECK(fate(desk) == "queued " + std::to_string(++attempts) + " no answer within 1s");
    CHECK(server.messages().empty());
  }
  // Nobody waits for its good-bye.
  const MailServer server({.faults = {"--hang", "QUIT"}});
  mail_by(desk, server, ", timeout: 10m");
  make_due(desk);
  const auto begin = Clock::now();
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
  CHECK(Clock::now() - begin < std::chrono::seconds(8));
  CHECK(server.messages().size() == 1);
}

TEST_CASE("fault 18, promise 8: a mail that was taken and not answered is sent again, the same to the byte") {
  const TenantFixture desk;
  MailServer server({.faults = {"--drop-after-data"}});
  mail_by(desk, server);
  check_ended(desk({"user", "invite", bea, "--name", "Béa"}), 0, "1 message is queued: ");
  CHECK(contains(fate(desk), "queued 1 "));
  server.cure();
  forget_first_mail(desk);
  make_due(desk);
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].text == mails[1].text);
  CHECK(mails[0].to == mails[1].to);
  CHECK(fate(desk) == "sent 2");
}

TEST_CASE("the mails of several tenants leave by one connection where they are sent one after the other") {
  const TenantFixture desk;
  desk.acctl.create("beta");
  desk.acctl.create("gamma");
  const MailServer server;
  mail_by(desk, server);
  check_ended(desk.acctl({"outbox", "deliver", "--parallel", "1"}), 0, "3 messages sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 3);
  for (const TakenMail& mail : mails) CHECK(mail.connection == 1);
}

TEST_CASE("fault 18: a mail server that closes after five mails gets all of them, each once") {
  const TenantFixture desk;
  forget_first_mail(desk);
  CHECK(desk({"user", "invite", "--file", people(desk, 12)}).status == 0);
  const MailServer server({.faults = {"--close-after", "5"}});
  mail_by(desk, server);
  check_ended(desk({"outbox", "deliver"}), 0, "12 messages sent, 0 deferred, 0 failed; 0 waiting");
  REQUIRE(not_once(server.messages(), 12) == "");
  CHECK(server.messages().back().connection == 3);
}

TEST_CASE("fault 18: a mail server that closes after five mails without a word gets all of them, each once") {
  const TenantFixture desk;
  forget_first_mail(desk);
  CHECK(desk({"user", "invite", "--file", people(desk, 12)}).status == 0);
  const MailServer server({.faults = {"--drop-after", "5"}});
  mail_by(desk, server);
  check_ended(desk({"outbox", "deliver"}), 0, "12 messages sent, 0 deferred, 0 failed; 0 waiting");
  REQUIRE(not_once(server.messages(), 12) == "");
  CHECK(server.messages().back().connection == 3);
}

TEST_CASE("an invitation that expired before it could be sent is not sent any more") {
  const TenantFixture desk;
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
  const TenantFixture desk;
  desk.in("update app.email_templates set body_text = 'Hello {{who}}' where key = 'invitation'");
  desk.json({"user", "invite", "cal@acme.example"});
  desk.json({"user", "resend", "cal@acme.example"});
  desk.json({"user", "invite", bea});
  forget_first_mail(desk);
  const MailServer server;
  mail_by(desk, server);
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent, 0 deferred, 1 failed; 0 waiting");
  CHECK(fate(desk) == "failed 1 the message cannot be rendered: there is no placeholder 'who'");
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages()[0].to == Words{"cal@acme.example"});
  desk.in("update app.email_templates set body_text = 'Hello {{name}}, {{link}}' where key = 'invitation'");
  check_ended(desk({"outbox", "retry"}), 0, bea);
  CHECK(server.messages().size() == 2);
}

TEST_CASE("where one tenant cannot be delivered, the others are, and it is named") {
  const TenantFixture desk;
  desk.acctl.create("beta");
  desk.acctl.create("gamma");
  desk.acctl.in("postgres", "alter database beta with allow_connections false");
  const MailServer server;
  mail_by(desk, server);
  const Result result = desk.acctl({"outbox", "deliver"});
  INFO(result.out + result.err);
  check_ended(result, 6, "2 messages sent");
  CHECK(contains(result.out, "beta"));
  std::set<std::string> recipients;
  for (const TakenMail& mail : server.messages()) recipients.insert(mail.to.at(0));
  CHECK(recipients == std::set<std::string>{"ana@acme.example", "ana@gamma.example"});
  desk.acctl.in("postgres", "alter database beta with allow_connections true");
  check_ended(desk.acctl({"outbox", "deliver"}), 0, "1 message sent");
  CHECK(server.messages().size() == 3);
}
