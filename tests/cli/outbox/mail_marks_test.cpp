// Fault 18 and promise 8: several who deliver at once, and acctl killed, interrupted or overtaken between a mail that
// is sent and its mark.
#include <signal.h>
#include <sys/wait.h>

#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/mail_desk.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;

const std::string& bea = bea_address;

}  // namespace

TEST_CASE("faults 6 and 18: who waits for a mail server that hangs can be interrupted, and what was sent is marked") {
  const TenantFixture desk;
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
  CHECK(desk.in(fates) == "queued, sent, sent");
  CHECK(desk.in("select count(*) from app.outbox where status = 'queued' and not_before <= now()") == "1");
}

TEST_CASE("while another run delivers, the mails wait for it") {
  const TenantFixture desk;
  const MailServer server;
  mail_by(desk, server);
  {
    acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
    const acctl::Transaction turn(other);
    other.query("select from acctl.outbox_lock for update");
    check_ended(desk({"user", "invite", bea}), 0, "1 message is queued: another run is delivering messages");
    check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent, 0 deferred, 0 failed; 2 waiting");
    CHECK(server.messages().empty());
  }
  check_ended(desk({"outbox", "deliver"}), 0, "2 messages sent");
}

TEST_CASE("fault 18, promise 8: acctl killed between the server's answer and its mark sends the same mail again") {
  const TenantFixture desk;
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
    other.script("begin; lock table app.outbox in share row exclusive mode");
    const pid_t pid = start(desk, {"outbox", "deliver"});
    CHECK(eventually([&] { return count(" and wait_event_type = 'Lock'") == "1"; }));
    CHECK(server.messages().size() == 1);
    CHECK(kill(pid, SIGKILL) == 0);
    CHECK(waitpid(pid, nullptr, 0) == pid);
    // Else its last statement would be done after all.
    CHECK(eventually([&] { return count("") == "0"; }));
  }
  CHECK(fate(desk) == "queued 0");
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].text == mails[1].text);
  CHECK(mails[0].to == mails[1].to);
  CHECK(fate(desk) == "sent 1");
  check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent");
  CHECK(server.messages().size() == 2);
  CHECK(desk.complaints() == "");
}

TEST_CASE("promise 8: a kill repeats the mails of one batch at most, 25") {
  const TenantFixture desk;
  forget_first_mail(desk);
  CHECK(desk({"user", "invite", "--file", people(desk, 60)}).status == 0);
  MailServer server({.faults = {"--hang", "END", "--hang-after", "55"}});
  mail_by(desk, server, ", timeout: 10m");
  const pid_t pid = start(desk, {"outbox", "deliver"});
  CHECK(eventually([&] { return server.hangs(); }, std::chrono::seconds(60)));
  CHECK(kill(pid, SIGKILL) == 0);
  CHECK(waitpid(pid, nullptr, 0) == pid);
  CHECK(std::stoi(desk.in("select count(*) from app.outbox where status = 'sent'")) >= 55 - 25);
  server.cure();
  check_ended(desk({"outbox", "deliver"}), 0, " sent, 0 deferred, 0 failed; 0 waiting");
  CHECK(server.messages().size() <= 60 + 25);
}

TEST_CASE("fault 18: a mail that is canceled while it is sent was sent, one that was put off stays canceled") {
  for (const bool sent : {true, false}) {
    const TenantFixture desk;
    forget_first_mail(desk);
    desk.json({"user", "invite", bea});
    const MailServer server({.faults = sent ? Words{} : Words{"--reply", "RCPT=450 4.2.1 busy"}});
    mail_by(desk, server);
    acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
    other.script("begin; lock table app.outbox in share row exclusive mode");
    const pid_t pid = start(desk, {"outbox", "deliver"});
    CHECK(eventually([&] {
      return desk.in(
                 "select count(*) from pg_stat_activity where application_name like 'acctl/%' and datname = 'acme' "
                 "and wait_event_type = 'Lock'") == "1";
    }));
    other.script("update app.outbox set status = 'canceled'; commit");
    int status = 0;
    CHECK(eventually([&] { return waitpid(pid, &status, WNOHANG) == pid; }));
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    CHECK(fate(desk) == (sent ? "sent 1" : "canceled 0"));
  }
}

TEST_CASE("fault 18: several deliverers at once send each mail once") {
  const TenantFixture desk;
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
  CHECK(desk.in("select count(*) from app.outbox where status = 'sent' and attempts = 1") == "60");
  CHECK(desk.complaints() == "");
}
