// Promise 16: what a tenant's application writes into its outbox reaches nobody but the tenant's own users, and stops
// nobody else's mail. And what a message that cannot be sent means for the others.
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;

const std::string bea = "bea@acme.example";

// A SQLSTATE, "" for success, of what the application of acme does.
std::string refused(const TenantFixture& desk, const std::string& sql) {
  try {
    desk.by_hand(sql);
    return "";
  } catch (const acctl::SqlError& error) {
    return error.sqlstate();
  }
}

// As the application could before there was a rule, or somebody who owns the tables.
void force(const TenantFixture& desk, const std::string& sql) {
  std::string off;
  std::string on;
  for (const std::string table : {"users", "outbox", "invitations"}) {
    off += "alter table app." + table + " disable trigger user; ";
    on += "; alter table app." + table + " enable trigger user";
  }
  desk.in(off + sql + on);
}

std::string notice_to(const std::string& recipient, const std::string& run = "x") {
  return "insert into app.outbox (run, purpose, recipient, user_id) select '" + run + "', 'reactivated', " + recipient +
         ", id from app.users where email like 'ana@%'";
}

// Addresses that a program, a header or an SMTP server would take for something else; as E'' strings of SQL.
const std::map<std::string, std::string>& hostile() {
  static const std::map<std::string, std::string> all = {
      {"header", R"(E'a@b.example>\nBcc: x@y.example')"},
      {"command", R"(E'a@b.example>\r\nRCPT TO:<x@y.example')"},
      {"option", "'-be@b.example'"},
      {"long option", "'--config=/tmp/x@b.example'"},
      {"two addresses", "'a@b.example,x@y.example'"},
      {"two signs", "'a@b@c.example'"},
      {"empty", "''"},
      {"blank", "'a b@c.example'"},
      {"long", "repeat('a', 300) || '@b.example'"},
      {"control", R"(E'a\x1b@b.example')"},
      {"name", "'Ana <a@b.example>'"},
  };
  return all;
}

void mail_to(const TenantFixture& desk, const MailServer& server, const std::string& more = "") {
  set_mail(desk.acctl, smtp_fields(server, "tls: none" + more));
}

std::set<std::string> recipients(const MailServer& server) {
  std::set<std::string> all;
  for (const TakenMail& mail : server.messages()) all.insert(mail.to.begin(), mail.to.end());
  return all;
}

}  // namespace

TEST_CASE("promise 16: the application queues mail to its own users and to nobody else") {
  const TenantFixture desk;
  desk.json({"user", "invite", bea});
  CHECK(refused(desk, notice_to("email")) == "");
  CHECK(refused(desk, notice_to("upper(email)", "y")) == "");
  CHECK(refused(desk, notice_to("'stranger@else.example'")) == "23514");
  CHECK(refused(desk, notice_to("'" + bea + "'")) == "23514");  // a user, and not the one whom it is for
  for (const auto& [what, address] : hostile()) {
    INFO(what);
    CHECK(refused(desk, notice_to(address)) == "23514");
    CHECK(refused(desk, "insert into app.users (email) values (" + address + ")") == "23514");
    CHECK(refused(desk, "update app.users set email = " + address + " where email = '" + bea + "'") == "23514");
  }
  // With somebody's invitation to somebody else.
  CHECK(refused(desk,
                "insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce) "
                "select 'x', 'invitation', a.email, a.id, i.id, i.nonce from app.users a, app.users b "
                "join app.invitations i on i.user_id = b.id where a.email like 'ana@%' and b.email = '" +
                    bea + "'") == "23514");
  for (const std::string sql :
       {"update app.outbox set status = 'queued'", "update app.outbox set recipient = 'x@y.example'",
        "delete from app.outbox", "select * from app.outbox for update", "select * from app.outbox for key share",
        "begin; lock table app.outbox in share mode", "truncate app.outbox",
        "select * from acctl.outbox_lock for update", "begin; lock table acctl.outbox_lock",
        "insert into app.outbox (id, run, purpose, recipient, user_id) select gen_random_uuid(), 'z', 'reactivated', "
        "email, id from app.users",
        "insert into app.outbox (run, purpose, recipient, user_id, not_before) select 'z', 'reactivated', email, id, "
        "now() from app.users"}) {
    INFO(sql);
    CHECK(refused(desk, sql) == "42501");
  }
  CHECK(desk.in("select count(*) from app.outbox where run in ('x', 'y')") == "2");
  // What the application does to a user still ends the mails that wait.
  desk.by_hand("update app.users set status = 'suspended' where email = '" + bea + "'");
  CHECK(desk.in("select status from app.outbox where recipient = '" + bea + "'") == "canceled");
}

TEST_CASE("promise 16: messages that the application queues are true of the user, and few") {
  const TenantFixture desk;
  desk.by_hand("insert into app.users (email, name, status) values ('stranger@evil.example', 'x', 'invited')");
  const auto queued = [&](const std::string& purpose, int count) {
    return "insert into app.outbox (run, purpose, recipient, user_id) select '" + purpose + "' || g, '" + purpose +
           "', email, id from app.users, generate_series(1, " + std::to_string(count) +
           ") g where email like 'stranger@%'";
  };
  CHECK(refused(desk, queued("deactivated", 1)) == "23514");
  CHECK(refused(desk, queued("reactivated", 60)) == "23514");
  desk.by_hand(queued("reactivated", 10));
  CHECK(desk.in("select count(*) from app.outbox where recipient like 'stranger@%'") == "10");
  // What acctl itself has to say is said.
  check_ended(desk({"user", "resend", "stranger@evil.example"}), 0);
  CHECK(desk.in("select count(*) from app.outbox where recipient like 'stranger@%' and purpose = 'resend'") == "1");
  CHECK(refused(desk,
                "insert into app.outbox (run, purpose, recipient, user_id) select 'late', 'reactivated', email, id "
                "from app.users where email like 'stranger@%'") == "23514");
}

TEST_CASE("an address that is older than the rule can be suspended, and is sent nothing") {
  const TenantFixture desk;
  force(desk, "insert into app.users (email, status) values ('-be@b.example', 'active')");
  desk.by_hand("update app.users set status = 'suspended' where email like '-%'");
  desk.by_hand("update app.users set name = 'B', email = '-be@b.example' where email like '-%'");
  CHECK(desk.in("select name || ' ' || status from app.users where email like '-%'") == "B suspended");
}

TEST_CASE("promise 16: whatever stands in a row, mail goes to its user, and the bad ones fail alone") {
  const TenantFixture desk;
  desk.acctl.create("beta");
  const MailServer server;
  mail_to(desk, server);
  int number = 0;
  // Rows with hostile recipients for good users, and with good recipients for users of hostile addresses.
  for (const auto& [what, address] : hostile()) {
    force(desk, notice_to(address, "bad" + std::to_string(++number)));
    if (!what.ends_with("option")) continue;  // the table itself refuses the others
    force(desk, "insert into app.users (email, status) values (" + address + ", 'active')");
    force(desk,
          "insert into app.outbox (run, purpose, recipient, user_id) select 'user', 'reactivated', "
          "'stranger' || id || '@else.example', id from app.users where email = " +
              address);
  }
  const Result result = desk.acctl({"outbox", "deliver", "--strict"});
  check_ended(result, 0, "see 'acctl outbox list'");
  CHECK(recipients(server) == std::set<std::string>{"ana@acme.example", "ana@beta.example"});
  for (const TakenMail& mail : server.messages()) {
    CHECK(mail.to.size() == 1);
    CHECK(!contains(mail.text, "y.example"));
  }
  CHECK(desk.in("select count(*) from app.outbox where status = 'queued'") == "0");
  CHECK(desk.in("select distinct status from app.outbox where run = 'user'") == "failed");
  const auto listed = desk.json({"outbox", "list"});
  REQUIRE(!listed.empty());
  for (const auto& mail : listed) CHECK(contains(mail["error"], "the message cannot be rendered: the recipient"));
}

TEST_CASE("promise 16: a tenant's application holding advisory locks does not stop its mail") {
  const TenantFixture desk;
  const MailServer server;
  mail_to(desk, server);
  acctl::Connection application(desk.acctl.cluster.dsn(desk.acctl.app_role("acme"), "acme"), {});
  application.script(
      "select pg_advisory_lock(hashtext('acctl outbox')); select pg_advisory_lock(hashtext('acctl outbox')::bigint), "
      "pg_advisory_lock('app.outbox'::regclass::oid::bigint)");
  check_ended(desk({"user", "invite", bea}), 0, "1 message sent");
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
}

TEST_CASE("promise 16: a row that the application holds is left for later, and the others are sent and marked") {
  const TenantFixture desk;
  const MailServer server;
  desk.json({"user", "invite", bea});
  mail_to(desk, server);
  {
    acctl::Connection application(desk.acctl.cluster.dsn(desk.acctl.app_role("acme"), "acme"), {});
    application.script("begin; update app.users set status = 'suspended' where email = '" + bea + "'");
    check_ended(desk({"outbox", "deliver"}), 0, "1 message sent, 0 deferred, 0 failed; 1 waiting");
    CHECK(recipients(server) == std::set<std::string>{"ana@acme.example"});
    application.script("commit");
  }
  check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent");
  CHECK(recipients(server) == std::set<std::string>{"ana@acme.example"});
}

TEST_CASE("promise 16: messages at which the mail server hangs up stop one tenant, not the others") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set seat_limit = 100");
  desk.by_hand(
      "insert into app.users (email, status) select 'bomb' || n || '@acme.example', 'active' from "
      "generate_series(1, 50) n");
  desk.by_hand(
      "insert into app.outbox (run, purpose, recipient, user_id) select 'x', 'reactivated', email, id from "
      "app.users where email like 'bomb%'");
  desk.in("update app.outbox set not_before = now() - interval '1 day' where recipient like 'bomb%'");
  for (const std::string slug : {"beta", "gamma", "delta"}) desk.acctl.create(slug);
  const MailServer server({.faults = {"--drop-at", "bomb"}});
  mail_to(desk, server);
  const Result result = desk.acctl({"outbox", "deliver", "--parallel", "1", "--strict"});
  check_ended(result, 6, "a message ended the connection to the mail server");
  CHECK(recipients(server) == std::set<std::string>{"ana@beta.example", "ana@gamma.example", "ana@delta.example"});
  // Each round puts one of them off; nothing was sent to the own users before, and it is not forgotten either.
  CHECK(desk.in("select sum(attempts) from app.outbox where recipient like 'bomb%'") == "1");
  const Result alone = desk({"outbox", "deliver", "--strict"});
  check_ended(alone, 4, "no message could be sent");
}

TEST_CASE("promise 16: one tenant's thousands of mails do not keep another's waiting") {
  const TenantFixture desk;
  desk.in("update acctl.tenant set seat_limit = 2000");
  desk.by_hand(
      "insert into app.users (email, status) select 'user' || n || '@acme.example', 'active' from "
      "generate_series(1, 700) n");
  desk.by_hand(
      "insert into app.outbox (run, purpose, recipient, user_id) select 'x', 'reactivated', email, id from "
      "app.users where email like 'user%'");
  desk.acctl.create("beta");
  set_mail(desk.acctl, "transport: maildir, folder: " + desk.acctl.folder.path() + "/Maildir, from: a@help.example");
  check_ended(desk.acctl({"outbox", "deliver", "--parallel", "1"}), 0, "702 messages sent");
  const std::string last = "select max(sent_at) from app.outbox";
  CHECK(desk.acctl.in("beta", last) < desk.in(last));
}

TEST_CASE("outbox deliver --strict tells a round that could send nothing from one that could not send all") {
  const TenantFixture desk;
  desk.json({"user", "invite", bea});
  desk.in("update app.outbox set not_before = now() - interval '1 hour' where recipient like 'ana@%'");
  const auto due = [&] { desk.in("update app.outbox set not_before = now() where status = 'queued'"); };
  set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  check_ended(desk({"outbox", "deliver"}), 0, "mail cannot be delivered at the moment: ");
  due();
  const Result down = desk({"outbox", "deliver", "--strict", "--quiet"});
  check_ended(down, 4, "no message could be sent: ");
  due();
  {
    const MailServer server({.faults = {"--reply", "RCPT=450 4.2.1 busy"}});
    mail_to(desk, server);
    check_ended(desk({"outbox", "deliver", "--strict"}), 4, "no message could be sent: 450 4.2.1 busy");
    due();
  }
  {
    const MailServer server({.faults = {"--drop-at", bea}});
    mail_to(desk, server);
    desk.in("update app.outbox set not_before = now() - interval '1 hour' where recipient like 'ana@%'");
    check_ended(desk({"outbox", "deliver", "--strict"}), 6, "not all messages could be sent: ");
    due();
  }
  const MailServer server;
  mail_to(desk, server);
  check_ended(desk({"outbox", "deliver", "--strict"}), 0, "1 message sent");
  check_ended(desk({"outbox", "deliver", "--strict"}), 0, "0 messages sent");
}

TEST_CASE("an invitation that is not good any more is not mailed, whatever made it so") {
  const TenantFixture desk;
  const MailServer server;
  const std::map<std::string, std::string> ends = {
      {"update app.invitations set revoked_at = now()", "the invitation was revoked"},
      {"update app.invitations set accepted_at = now()", "the invitation was accepted"},
      {"update app.invitations set nonce = sha256(nonce)", "a newer invitation replaced it"},
      {"update app.outbox set nonce = null", "a newer invitation replaced it"},
      {"update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'",
       "the invitation expired before it could be sent"},
      {"update app.invitations set email = 'other@acme.example'", "the invitation is for another address"},
  };
  mail_to(desk, server);
  desk.acctl.control("update acctl.tenants set seats = 100");
  desk.in("update acctl.tenant set seat_limit = 100");
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
  int number = 0;
  for (const auto& [sql, reason] : ends) {
    INFO(sql);
    set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
    const std::string email = "guest" + std::to_string(++number) + "@acme.example";
    desk.json({"user", "invite", email});
    force(desk, sql + " where user_id = (select id from app.users where email = '" + email + "')");
    desk.in("update app.outbox set not_before = now() where status = 'queued'");
    mail_to(desk, server);
    check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent");
    CHECK(desk.in("select status || ' ' || error from app.outbox where recipient = '" + email + "'") ==
          "canceled " + reason);
  }
  CHECK(server.messages().size() == 1);
}

TEST_CASE("a link that would not be the one that was promised is not mailed", "[promise 8]") {
  const TenantFixture desk;
  desk.json({"user", "invite", bea});
  desk.in("update app.invitations set token_hash = sha256(token_hash)");
  const MailServer server;
  mail_to(desk, server);
  check_ended(desk({"outbox", "deliver"}), 0, "0 messages sent, 0 deferred, 2 failed");
  CHECK(server.messages().empty());
  CHECK(contains(desk.in("select error from app.outbox where recipient = '" + bea + "'"),
                 "the link cannot be derived again"));
}
