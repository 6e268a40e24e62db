// What an e-mail address is, wherever one comes from; and links that are shown and given back.
#include "provisioning/base/error.hpp"
#include "provisioning/model/names.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;

const std::string bea = "bea@acme.example";

}  // namespace

TEST_CASE("a valid address is the same for acctl and for the schema") {
  const std::string letters63(63, 'b');
  const Words cases = {"a@b.example",
                       "A.B+c@B-1.EXAMPLE",
                       "o'neil@x.example",
                       "a@xn--mnchen-3ya.example",
                       "!#$%&'*+/=?^_`{|}~-@b.example",
                       "1@1.a1",
                       "a@1.2.3.4a",
                       "a@1.2.3.4",
                       "a@b.1",
                       std::string(64, 'a') + "@b.example",
                       std::string(65, 'a') + "@b.example",
                       "a@" + letters63 + ".example",
                       "a@" + letters63 + "b.example",
                       std::string(63, 'a') + "@" + letters63 + "." + letters63 + "." + std::string(59, 'b') + ".cd",
                       std::string(64, 'a') + "@" + letters63 + "." + letters63 + "." + std::string(59, 'b') + ".cd",
                       std::string(64, 'a') + "@" + letters63 + "." + letters63 + "." + letters63 + ".cd",
                       std::string(321, 'a'),
                       "",
                       "@",
                       "a",
                       "a@",
                       "@b.example",
                       "a@b",
                       "a@b@c.example",
                       "a b@c.example",
                       " a@b.example",
                       "a@b.example ",
                       "a@b.example\n",
                       "\na@b.example",
                       "a@b.example\r\nBcc: x@y.example",
                       "a@b.example>\nRCPT TO:<x@y.example",
                       "a\t@b.example",
                       "a\x7f@b.example",
                       "a\x1b@b.example",
                       "<a@b.example>",
                       "Ana <a@b.example>",
                       "a@b..example",
                       "a@.example",
                       "a@b.example.",
                       "a@[1.2.3.4]",
                       ".a@b.example",
                       "a.@b.example",
                       "a..b@c.example",
                       "a@b_c.example",
                       "a@-b.example",
                       "a@b-.example",
                       "a@b.-example",
                       "\"a\"@b.example",
                       "a,b@c.example",
                       "-a@b.example",
                       "-@b.example",
                       "a-@b.example",
                       "--config=x@b.example",
                       "-Xlog@b.example",
                       "|x@b.example",
                       "a;b@c.example",
                       "a\\@b.example",
                       "a(b)@c.example",
                       "jörg@b.example",
                       "a@bücher.example",
                       "a@b.exampl\xC3\xA9",
                       "\xE2\x80\xAE@b.example",
                       "\xE2\x84\xAA@b.example",
                       "a@\xE2\x84\xAA.example",
                       "a\xC2\xA0@b.example"};
  const TenantFixture desk;
  acctl::Connection database(desk.acctl.cluster.dsn("postgres", "acme"), {});
  int valid = 0;
  for (const std::string& address : cases) {
    INFO(address);
    bool taken = true;
    try {
      acctl::check_email("the address", address);
    } catch (const acctl::Error&) {
      taken = false;
    }
    CHECK(database.query("select app.is_address($1)", {address}).boolean(0, 0) == taken);
    valid += taken ? 1 : 0;
  }
  CHECK(valid == 12);
}

TEST_CASE("promise 9: a dry run shows no link that would never work") {
  const TenantFixture desk;
  const auto invited = desk.json({"user", "invite", bea, "--print-link", "--dry-run"});
  CHECK(!contains(invited.dump(), "link"));
  CHECK(!contains(invited.dump(), "https://"));
  const Result table = desk({"user", "invite", bea, "--print-link", "--dry-run"});
  CHECK(!contains(table.out + table.err, "https://"));
  desk.json({"user", "invite", bea});
  const auto resent = desk.json({"user", "resend", bea, "--print-link", "--dry-run"});
  CHECK(!contains(resent.dump(), "link"));
  CHECK(contains(desk.json({"user", "resend", bea, "--print-link"}).dump(), "https://"));
}

TEST_CASE("a link is accepted whole, whatever the token stands behind") {
  const TenantFixture desk;
  const std::string folder = desk.acctl.folder.path() + "/Maildir";
  int number = 0;
  for (const std::string base : {"https://app.example/join?token=", "https://app.example/{slug}/join/",
                                 "https://app.example/join?a=b&token=", "https://app.example/#/join/t="}) {
    set_mail(desk.acctl, "transport: maildir, folder: " + folder + ", from: a@help.example, link_base: '" + base + "'");
    const std::string email = "guest" + std::to_string(++number) + "@acme.example";
    const std::string link = desk.json({"user", "invite", email, "--print-link"})["invited"][0]["link"];
    INFO(link);
    check_ended(desk({"user", "accept"}, link + "\n"), 0, email);
  }
}

TEST_CASE("a leading dash is refused by every command that takes an address") {
  const TenantFixture desk;
  const std::string dash = "-Xlog@b.example";
  for (const Words& words : std::vector<Words>{{"user", "invite", "--", dash},
                                               {"user", "edit", "--email=" + dash, "ana@acme.example"},
                                               {"tenant", "create", "beta", "--name", "B", "--admin-email=" + dash},
                                               {"team", "add", "x", "--", dash},
                                               {"outbox", "list", "--to=" + dash},
                                               {"outbox", "retry", "--", dash}}) {
    INFO(words[0] << " " << words[1]);
    check_ended(desk.acctl([&] {
      Words all = words;
      if (words[0] != "tenant") all.insert(all.begin() + 2, {"-t", "acme"});
      return all;
    }()),
                3, "starts with a dash");
  }
  const std::string people = desk.acctl.folder.path() + "/people.csv";
  put_file(people, "email\n" + dash + "\n");
  check_ended(desk({"user", "invite", "--file", people}), 3, "starts with a dash");
  check_ended(desk.apply("users:\n  \"" + dash + "\": {roles: [admin]}\n"), 3, "starts with a dash");
  const std::string mail = desk.acctl.folder.path() + "/mail.yaml";
  put_file(mail, "acctl: 1\nmail: {transport: maildir, folder: /x, from: 'Help <" + dash + ">'}\n");
  check_ended(desk.acctl({"platform", "apply", "-f", mail, "--yes"}), 3, "starts with a dash");
}
