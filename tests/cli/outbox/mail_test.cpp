// Mail as it arrives: by SMTP with TLS and a password, by a sendmail program, in a Maildir; and what the platform says
// of a way out that does not work. Servers that misbehave are in mail_faults_test.cpp.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/mail_desk.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using namespace acctl::test;

namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;
using Security = MailServerOptions::Security;

const std::string bea = "bea@acme.example";
const std::string password = "s3cr3t-Passwort";

std::string credentials(const TenantFixture& desk, const std::string& text = "postman\n" + password + "\n",
                        mode_t mode = 0600) {
  const std::string path = desk.acctl.folder.path() + "/credentials";
  put_file(path, text);
  REQUIRE(chmod(path.c_str(), mode) == 0);
  return path;
}

std::string with_tls(const MailServer& server) { return "ca_file: " + server.certificate(); }

void name_organization(const TenantFixture& desk, const std::string& name) {
  acctl::Connection database(desk.acctl.cluster.dsn("postgres", "acme"), {});
  database.query("update app.settings set value = to_jsonb($1::text) where key = 'branding.name'", {name});
}

std::string part(const nlohmann::json& mail, const std::string& type) {
  for (const auto& one : mail["parts"]) {
    if (one["type"] == type) return one["text"];
  }
  throw std::runtime_error("the mail has no part " + type);
}

}  // namespace

TEST_CASE("an invitation arrives over STARTTLS with a password, can be read, and its link works") {
  const TenantFixture desk;
  const MailServer server({.security = Security::starttls, .auth = "postman:" + password});
  set_mail(desk.acctl, smtp_fields(server, with_tls(server) + ", credentials_file: " + credentials(desk)));
  name_organization(desk, "Söhne & Töchter");
  check_ended(desk({"user", "invite", bea, "--name", "Béa Łukasz"}), 0, "1 message sent");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].from == "no-reply@help.example");
  CHECK(mails[0].to == Words{bea});
  const auto mail = parsed_mail(mails[0].text);
  CHECK(mail["defects"] == 0);
  CHECK(mail["type"] == "multipart/alternative");
  CHECK(mail["parts"].size() == 2);
  CHECK(mail["subject"] == "You are invited to Söhne & Töchter");
  CHECK(mail["from"].dump() == R"({"address":"no-reply@help.example","name":"Help desk"})");
  CHECK(mail["to"].dump() == R"([{"address":"bea@acme.example","name":"Béa Łukasz"}])");
  CHECK(mail["id"] == "<" + desk.in("select id from app.outbox where recipient = '" + bea + "'") + "@help.example>");
  CHECK(mail["date"] == desk.in("select to_char(queued_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"') "
                                "from app.outbox where recipient = '" +
                                bea + "'"));
  const std::string text = part(mail, "text/plain");
  const std::string html = part(mail, "text/html");
  CHECK(contains(text, "Hello Béa Łukasz,"));
  CHECK(contains(text, "An administrator of Söhne & Töchter has invited you"));
  const std::string link = link_in(text);
  CHECK(contains(html, "<a href=\"" + link + "\">"));
  CHECK(link.starts_with("https://acme.acctl.localhost/invitations/"));
  check_ended(desk({"user", "accept"}, link), 0, bea);
  CHECK(fate(desk) == "sent 1");
}

TEST_CASE("an invitation arrives over TLS from the first byte") {
  const TenantFixture desk;
  const MailServer server({.security = Security::implicit, .auth = "postman:" + password});
  set_mail(desk.acctl, smtp_fields(server, with_tls(server) + ", credentials_file: " + credentials(desk)));
  check_ended(desk({"user", "invite", bea}), 0, "1 message sent");
  REQUIRE(server.messages().size() == 1);
  CHECK(parsed_mail(server.messages()[0].text)["to"].dump() == R"([{"address":"bea@acme.example","name":""}])");
}

TEST_CASE("a sendmail program gets the message, and its exit code decides") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path();
  const std::string program = folder + "/sendmail";
  put_file(program, "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + folder + "/words\ncat > " + folder +
                        "/message\necho 'it said so' >&2\nexit $(cat " + folder + "/code)\n");
  REQUIRE(chmod(program.c_str(), 0700) == 0);
  set_mail(desk.acctl, "transport: sendmail, program: " + program + ", from: no-reply@help.example");
  put_file(folder + "/code", "0");
  check_ended(desk({"user", "invite", bea}), 0, "1 message sent");
  CHECK(file_text(folder + "/words") == "-i\n-f\nno-reply@help.example\n--\nbea@acme.example\n");
  const auto mail = parsed_mail(file_text(folder + "/message"));
  CHECK(mail["subject"] == "You are invited to Name of acme");
  check_ended(desk({"user", "accept"}, link_in(part(mail, "text/plain"))), 0, bea);

  const auto invited = [&](const std::string& email, const std::string& code) {
    put_file(folder + "/code", code);
    const Result result = desk({"user", "invite", email});
    CHECK(result.status == 0);
    return desk.in("select status || ' ' || error from app.outbox where recipient = '" + email + "'");
  };
  CHECK(invited("cal@acme.example", "75") == "queued " + program + ": it said so (exit code 75)");
  CHECK(invited("dan@acme.example", "67") == "failed " + program + ": it said so (exit code 67)");
  CHECK(invited("eve@acme.example", "78") == "queued " + program + ": it said so (exit code 78)");
}

TEST_CASE("a sendmail program that hangs is ended, and one that is missing is told") {
  const TenantFixture desk;
  const std::string program = desk.acctl.folder.path() + "/sendmail";
  set_mail(desk.acctl, "transport: sendmail, timeout: 1s, from: a@help.example, program: " + program);
  check_ended(desk.acctl({"platform", "check"}), 3, "there is no program " + program);
  check_ended(desk({"user", "invite", bea}), 0, "1 message is queued: ");
  CHECK(contains(fate(desk), "queued 1 "));
  put_file(program, "#!/bin/sh\nexec tail -f /dev/null\n");
  REQUIRE(chmod(program.c_str(), 0700) == 0);
  check_ended(desk.acctl({"platform", "check"}), 0);
  check_ended(desk({"outbox", "deliver"}), 0, program + " did not end within its time limit");
  CHECK(desk.in("select string_agg(status, ' ') from app.outbox") == "queued queued");
}

TEST_CASE("a Maildir gets a file for each mail, which nobody else may read") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path() + "/Maildir";
  set_mail(desk.acctl, "transport: maildir, folder: " + folder + ", from: no-reply@help.example");
  check_ended(desk({"user", "invite", bea, "cal@acme.example"}), 0, "2 messages sent");
  std::string names;
  for (const auto& entry : fs::directory_iterator(folder + "/new")) names += entry.path().filename().string() + "\n";
  CHECK(difference(desk.in("select id || '.acctl' from app.outbox where status = 'sent'") + "\n", names) == "");
  const std::string path =
      folder + "/new/" + desk.in("select id || '.acctl' from app.outbox where recipient = '" + bea + "'");
  struct stat status = {};
  CHECK((stat(path.c_str(), &status) == 0 && (status.st_mode & 0777) == 0600));
  CHECK(fs::is_empty(folder + "/tmp"));
  CHECK(fs::is_empty(folder + "/cur"));
  check_ended(desk({"user", "accept"}, link_in(part(parsed_mail(file_text(path)), "text/plain"))), 0, bea);
}

TEST_CASE("no name can begin a header of its own, and hostile ones come back as they are") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path() + "/Maildir";
  set_mail(desk.acctl, "transport: maildir, folder: " + folder + ", from: no-reply@help.example");
  for (const std::string hostile : {"a\nBcc: eve@evil.example", "a\r\n\r\n<p>body", "a\tb\x1b[31m"}) {
    check_ended(desk({"user", "invite", bea, "--name", hostile}), 3, "holds a control or invisible character");
  }
  desk.in("update acctl.tenant set seat_limit = 100");
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += i % 2 == 0 ? "é" : "株";
  int number = 0;
  const auto sent = [&](const std::string& organization, const std::string& name) {
    const std::string email = "guest" + std::to_string(++number) + "@acme.example";
    name_organization(desk, organization);
    check_ended(desk({"user", "invite", email}), 0);
    const std::string id = desk.in("select id from app.outbox where recipient = '" + email + "'");
    fs::remove(folder + "/new/" + id + ".acctl");
    // As no command would write it; so the mail is sent once more.
    acctl::Connection database(desk.acctl.cluster.dsn("postgres", "acme"), {});
    database.query("update app.users set name = $1 where email = $2", {name, email});
    database.query("update app.outbox set status = 'queued', sent_at = null where recipient = $1", {email});
    check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
    return parsed_mail(file_text(folder + "/new/" + id + ".acctl"));
  };
  // The first admin's mail is out of the way.
  check_ended(desk({"outbox", "deliver"}), 0, "1 message sent");
  for (const std::string& value : {std::string("\"quoted\" 'text' <x@evil.example>, \\ (comment); @"),
                                   std::string("=?utf-8?Q?x?= =?utf-8?B?eA==?="), std::string("=?"), umlauts,
                                   std::string("a  b   c "), std::string(150, 'x') + " " + std::string(40, 'y'),
                                   std::string("{{link}} 100% =41"), std::string("مرحبا ‏שלום")}) {
    INFO(value);
    const auto mail = sent(value, value);
    CHECK(mail["defects"] == 0);
    CHECK(mail["subject"] == "You are invited to " + value);
    REQUIRE(mail["to"].size() == 1);
    CHECK(mail["to"][0]["name"] == value);
    CHECK(mail["headers"].dump() ==
          R"(["From","To","Subject","Date","Message-ID","Auto-Submitted","MIME-Version","Content-Type"])");
  }
  for (const std::string& value :
       {std::string("a\r\nBcc: eve@evil.example\r\n\r\nx"), std::string("é\nBcc: eve@evil")}) {
    const auto mail = sent(value, value);
    std::string line = value;
    for (char& c : line) c = c == '\r' || c == '\n' ? ' ' : c;
    CHECK(mail["subject"] == "You are invited to " + line);
    CHECK(!contains(mail["headers"].dump(), "Bcc"));
    CHECK(mail["to"].size() == 1);
  }
}

TEST_CASE("names are escaped in HTML and left alone in text") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  name_organization(desk, "R&D <script>");
  check_ended(desk({"user", "invite", bea, "--name", "<b>&\"Bea'"}), 0, "1 message sent");
  const auto mail = parsed_mail(server.messages().at(0).text);
  CHECK(mail["to"][0]["name"] == "<b>&\"Bea'");
  CHECK(contains(part(mail, "text/plain"), "Hello <b>&\"Bea',"));
  const std::string html = part(mail, "text/html");
  CHECK(contains(html, "Hello &lt;b&gt;&amp;&quot;Bea&#39;,"));
  CHECK(contains(html, "R&amp;D &lt;script&gt;"));
  CHECK(!contains(html, "<b>"));
  CHECK(!contains(html, "<script"));
}

TEST_CASE("a text arrives as it is: lines of dots, long ones, spaces at the end, and From") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  const std::string text = ".\n..\n.x\n\nFrom me\nQUIT\ntrailing  \n--\n=20 = é\n" + std::string(2000, 'y') + "\n.\n";
  acctl::Connection database(desk.acctl.cluster.dsn("postgres", "acme"), {});
  for (const std::string& body : {text, std::string(".\n..\n.x\nFrom me\nQUIT\n.\n")}) {
    database.query("update app.email_templates set body_text = $1, body_html = ''", {body});
    desk.json({"user", "resend", "ana@acme.example"});
    const auto mail = parsed_mail(server.messages().back().text);
    CHECK(mail["type"] == "text/plain");
    CHECK(part(mail, "text/plain") == body);
  }
}

TEST_CASE("users in a file that is applied are sent invitations, and a rehearsal sends none") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  const std::string users = "users:\n  bea@acme.example: {name: Bea, roles: [support-agent]}\n";
  check_ended(desk.apply(users, {"--dry-run"}), 0);
  check_ended(desk({"user", "invite", "cal@acme.example", "--dry-run"}), 0);
  CHECK(server.messages().empty());
  check_ended(desk.apply(users), 0, "1 message sent");
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages()[0].to == Words{bea});
  check_ended(desk({"user", "accept"}, link_in(part(parsed_mail(server.messages()[0].text), "text/plain"))), 0, bea);
}

TEST_CASE("outbox deliver says where mail cannot be sent at all, and cannot be rehearsed") {
  const TenantFixture desk;
  check_ended(desk({"outbox", "deliver"}), 1, "no mail transport is configured");
  check_ended(desk.acctl({"platform", "check"}), 1, "no mail transport is configured");
  check_ended(desk({"user", "invite", bea}), 0, "messages remain queued: no mail transport is configured");
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  check_ended(desk({"outbox", "deliver", "--dry-run"}), 3, "does not support --dry-run");
  CHECK(server.messages().empty());
}

TEST_CASE("platform check signs in at the mail server and sends nothing") {
  const TenantFixture desk;
  const MailServer server({.security = Security::starttls, .auth = "postman:" + password});
  const auto set = [&](const std::string& more) { set_mail(desk.acctl, smtp_fields(server, more)); };
  const std::string rest = ", credentials_file: " + credentials(desk);
  set(with_tls(server) + rest);
  const auto right = desk.acctl.json({"platform", "check"});
  REQUIRE(right.size() == 3);
  CHECK(right[2].dump() == R"({"check":"mail","result":"ok","detail":")" + server.url() + "\"}");
  credentials(desk, "postman\nwrong\n");
  check_ended(desk.acctl({"platform", "check"}), 4, "535 5.7.8");
  check_ended(desk({"user", "invite", bea}), 0, "1 message is queued: 535 5.7.8");
  CHECK(contains(fate(desk), "queued 1 535 5.7.8"));
  credentials(desk);
  set("tls: required" + rest);
  check_ended(desk.acctl({"platform", "check"}), 4, "certificate");
  set_mail(desk.acctl, "transport: smtp, url: 'smtp://127.0.0.1:1', tls: none, from: no-reply@help.example");
  check_ended(desk.acctl({"platform", "check"}), 4, "cannot send by smtp://127.0.0.1:1: ");
  CHECK(server.messages().empty());
}

TEST_CASE("TLS that is required is never done without") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server));
  check_ended(desk.acctl({"platform", "check"}), 4, "STARTTLS");
  check_ended(desk({"user", "invite", bea}), 0, "1 message is queued: ");
  CHECK(server.messages().empty());
}

TEST_CASE("credentials that others may read, or that are none, are refused, and the mails wait") {
  const TenantFixture desk;
  const MailServer server({.security = Security::starttls, .auth = "postman:" + password});
  set_mail(desk.acctl, smtp_fields(server, with_tls(server) + ", credentials_file: " + credentials(desk)));
  credentials(desk, "postman\n" + password + "\n", 0644);
  check_ended(desk.acctl({"platform", "check"}), 3, "/credentials");
  check_ended(desk({"user", "invite", bea}), 0, "/credentials");
  CHECK(fate(desk) == "queued 0");
  CHECK(contains(desk({"outbox", "deliver"}).err, "/credentials"));
  for (const std::string bad : {"", "postman", "postman\n", "\nsecret\n", "a\nb\nc\n", "a\r\nb\r\n"}) {
    INFO(bad);
    credentials(desk, bad);
    check_ended(desk.acctl({"platform", "check"}), 3, "does not hold credentials: expected are two lines");
  }
  credentials(desk);
  check_ended(desk({"outbox", "deliver"}), 0, "2 messages sent");
}

TEST_CASE("neither the password nor a token is in any output, in a database or in the server's log") {
  const TenantFixture desk({.settings = {{"log_statement", "all"}}});
  const MailServer server({.security = Security::starttls, .auth = "postman:" + password});
  set_mail(desk.acctl, smtp_fields(server, with_tls(server) + ", credentials_file: " + credentials(desk)));
  std::string seen;
  const auto run = [&](Words words) {
    words.insert(words.end(), {"-vvv"});
    const Result result = desk.acctl(words);
    CHECK((result.status == 0 || result.status == 4));
    seen += result.out + result.err;
  };
  run({"user", "invite", bea, "-t", "acme"});
  run({"platform", "check"});
  run({"outbox", "deliver"});
  run({"user", "show", bea, "-t", "acme", "-o", "json"});
  run({"outbox", "list", "--status", "any", "-o", "json"});
  run({"platform", "status", "-o", "json"});
  credentials(desk, "postman\nnot-the-" + password + "\n");
  run({"platform", "check"});
  for (const auto& mail : server.messages()) {
    const std::string link = link_in(part(parsed_mail(mail.text), "text/plain"));
    REQUIRE(!link.empty());
    seen += desk.everything() +
            desk.acctl.control("select s::text from acctl.settings s union all select a::text from acctl.audit a");
    CHECK(!contains(seen + desk.acctl.cluster.log(), link.substr(link.rfind('/') + 1)));
  }
  CHECK(server.messages().size() == 2);
  CHECK(!contains(seen + desk.acctl.cluster.log(), password));
  CHECK(contains(desk.acctl.cluster.log(), "app.outbox"));
}

TEST_CASE("tenant create sends the first admin the invitation") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  desk.acctl.create("beta");
  const auto mails = server.messages();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].to == Words{"ana@beta.example"});
  const auto mail = parsed_mail(mails[0].text);
  CHECK(mail["subject"] == "You are invited to Name of beta");
  check_ended(desk.acctl({"user", "accept", "-t", "beta"}, link_in(part(mail, "text/plain"))), 0, "ana@beta.example");
}

TEST_CASE("who has signed up hears of the end of access and of its return, who never came in hears nothing") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  check_ended(desk({"user", "invite", bea, "--name", "Bea"}), 0);
  const auto last = [&] { return parsed_mail(server.messages().back().text); };
  check_ended(desk({"user", "accept"}, link_in(part(last(), "text/plain"))), 0);
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0, "1 message sent");
  CHECK(last()["subject"] == "Your access to Name of acme has ended");
  CHECK(last()["to"][0]["address"] == bea);
  check_ended(desk({"user", "reactivate", bea}), 0, "1 message sent");
  CHECK(last()["subject"] == "Welcome back to Name of acme");
  CHECK(contains(part(last(), "text/plain"), "https://acme.acctl.localhost/"));
  CHECK(server.messages().size() == 3);
  check_ended(desk({"user", "invite", "cal@acme.example"}), 0);
  check_ended(desk({"user", "deactivate", "cal@acme.example", "--yes"}), 0);
  CHECK(server.messages().size() == 4);
  CHECK(desk.in("select string_agg(purpose, ' ') from app.outbox where recipient = 'cal@acme.example'") ==
        "invitation");
}

TEST_CASE("with another platform's key nothing is sent") {
  const TenantFixture desk;
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  const std::string path = desk.acctl.folder.path() + "/other.key";
  put_file(path, std::string(64, 'a') + "\n");
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  check_ended(desk({"outbox", "deliver", "--key-file", path}), 7, "is not the key of this platform");
  check_ended(desk({"outbox", "deliver", "--key-file", path + ".none"}), 7, "the platform's key is missing");
  CHECK(server.messages().empty());
  CHECK(desk.in("select count(*) from app.outbox where status = 'queued' and attempts = 0") == "1");
}

TEST_CASE("promise 1: inviting somebody again sends the mail that was not sent") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", "bea@acme.example"}), 0,
              "messages remain queued: no mail transport is configured");
  const MailServer server;
  set_mail(desk.acctl, smtp_fields(server, "tls: none"));
  check_ended(desk({"user", "invite", "bea@acme.example"}), 0, "0 invited, 1 already present");
  CHECK(desk.in("select status from app.outbox where recipient = 'bea@acme.example'") == "sent");
}
