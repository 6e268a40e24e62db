// Every command that mails says how many messages leave before they do, in its dry run as well and in the same words;
// with --no-mail it says that they are held, and none leaves.
#include "tests/support/catch.hpp"
#include "tests/support/mail_desk.hpp"
#include "tests/support/running.hpp"

using namespace acctl::test;

namespace {

using Words = std::vector<std::string>;

struct Mailing {
  Words words;
  std::string says;  // "2 invitations"
};

// acme and carl in the enterprise umbrella, bert in none; dora is deleted, half is not finished. Nothing waits to be
// sent but a message to sal, which has failed.
class Senders : public TenantFixture {
 public:
  Senders() {
    make_tenants();
    make_people();
    file("manager: m\nusers:\n  new5@acme.example: {}\n", "new.yaml");
    put_file(path("people.csv"), "email\nnew3@acme.example\n");
    put_file(path("directory.csv"), "email,external_id\nnew4@acme.example,n-4\n");
    file("tenants:\n  eva: {name: E, admin_email: ana@eva.example}\n  fred: {name: F, admin_email: ana@fred.example}\n",
         "two.yaml");
    file("tenants:\n  gerd: {name: G, admin_email: ana@gerd.example, enterprise: umbrella}\n", "one.yaml");
    for (const char* tenant : {"acme", "bert", "carl"}) acctl.in(tenant, "delete from app.outbox");
    in("insert into app.outbox (run, purpose, recipient, user_id, status) select 'x', 'reactivated', email, id, "
       "'failed' from app.users where email = 'sal@acme.example'");
    mail_by(*this, server);
  }

  // In this order each of them has something to send.
  std::vector<Mailing> mailings() const {
    return {{{"outbox", "retry"}, "1 message"},
            {{"user", "resend", "--all-invited", "--all"}, "4 invitations"},
            {{"user", "resend", "bea@acme.example", "-t", "acme"}, "1 invitation"},
            {{"user", "invite", "new1@acme.example", "new2@acme.example", "-t", "acme"}, "2 invitations"},
            {{"user", "invite", "--file", path("people.csv"), "-t", "acme"}, "1 invitation"},
            {{"user", "sync", "-f", path("directory.csv"), "-t", "acme"}, "1 invitation"},
            {{"user", "edit", "bea@acme.example", "--email", "bo@acme.example", "-t", "acme"}, "1 invitation"},
            {{"user", "reactivate", "sue@acme.example", "-t", "acme"}, "1 invitation"},
            {{"user", "reactivate", "sal@acme.example", "-t", "acme"}, "1 notification"},
            {{"user", "deactivate", "gil@acme.example", "--all"}, "1 notification"},
            {{"user", "offboard", "gus@acme.example"}, "1 notification"},
            {{"undo", run, "-t", "acme"}, "1 notification"},
            {{"apply", "-f", path("new.yaml"), "-t", "acme"}, "1 invitation"},
            {{"enterprise", "grant", "umbrella", "olga@umbrella.example", "support-agent"}, "2 invitations"},
            {{"enterprise", "add-tenant", "other", "bert"}, "1 invitation"},
            {create_words("hal"), "1 invitation"},
            {create_words("ida", {"--enterprise", "umbrella"}), "2 invitations"},
            {{"tenant", "create", "-f", path("two.yaml")}, "2 invitations"},
            {{"tenant", "apply", "-f", path("one.yaml")}, "2 invitations"},
            {{"tenant", "clone", "acme", "copy", "--name", "Copy", "--admin-email", "it@copy.example"}, "1 invitation"},
            {{"tenant", "restore", "dora", "--as", "dorothy"}, "1 invitation"},
            {{"tenant", "retry", "half"}, "1 invitation"}};
  }

  Result ran(const Mailing& mailing, const Words& more) const {
    Words words = mailing.words;
    words.insert(words.end(), more.begin(), more.end());
    words.emplace_back("--yes");
    return acctl(words);
  }

  MailServer server;

 private:
  std::string path(const std::string& name) const { return acctl.folder.path() + "/" + name; }

  void make_tenants() {
    for (const char* tenant : {"bert", "carl", "dora"}) acctl.create(tenant);
    check_ended(acctl({"tenant", "delete", "dora", "--confirm", "dora", "--hold", "0"}), 0);
    acctl.control("create database half");
    check_ended(acctl(create_words("half")), 7);
    acctl.control("drop database half");
    for (const char* key : {"umbrella", "other"}) check_ended(acctl({"enterprise", "create", key, "--name", key}), 0);
    check_ended(acctl({"enterprise", "add-tenant", "umbrella", "acme", "carl", "--yes"}), 0);
    check_ended(acctl({"enterprise", "grant", "other", "olaf@other.example", "support-agent", "--yes"}), 0);
    acctl.control("update acctl.tenants set seats = 100");
    in("update acctl.tenant set seat_limit = 100");
  }

  void make_people() {
    check_ended((*this)({"user", "invite", "bea@acme.example", "sue@acme.example"}), 0);
    in("insert into app.users (email, status, activated_at) select x || '@acme.example', 'active', now() from "
       "unnest(array['gil', 'gus', 'hugo', 'sal']) as x");
    check_ended((*this)({"user", "deactivate", "sal@acme.example", "sue@acme.example", "--yes"}), 0);
    run = json({"user", "deactivate", "hugo@acme.example", "--yes"})["run"];
  }

  std::string run;  // that has deactivated hugo
};

// What is said of the messages stands before what became of them.
bool says_before(const Result& result, const std::string& first, const std::string& then) {
  const std::string text = result.out + result.err;
  const std::size_t place = text.find(first);
  return place != std::string::npos && text.find(then, place) != std::string::npos;
}

}  // namespace

TEST_CASE("every command that mails says how many messages will be sent, also in a dry run") {
  const Senders desk;
  std::size_t sent = 0;
  for (const Mailing& mailing : desk.mailings()) {
    INFO(command_line(mailing.words));
    const std::string words = mailing.says + " will be sent\n";
    check_ended(desk.ran(mailing, {"--dry-run"}), 0, words);
    CHECK(desk.server.messages().size() == sent);
    const Result result = desk.ran(mailing, {});
    check_ended(result, 0, words);
    const std::size_t count = std::stoul(mailing.says);
    CHECK(says_before(result, words, std::to_string(count) + (count == 1 ? " message sent" : " messages sent")));
    sent += count;
    CHECK(desk.server.messages().size() == sent);
  }
}

TEST_CASE("every command that mails says with --no-mail how many messages are held, and what sends them") {
  const Senders desk;
  std::size_t sent = 0;
  for (const Mailing& mailing : desk.mailings()) {
    INFO(command_line(mailing.words));
    const std::string words = mailing.says + " will be held\n";
    check_ended(desk.ran(mailing, {"--dry-run", "--no-mail"}), 0, words);
    const Result result = desk.ran(mailing, {"--no-mail"});
    check_ended(result, 0, words);
    CHECK(says_before(result, words, "messages are held; 'acctl outbox deliver --held' sends them\n"));
    check_ended(desk.acctl({"outbox", "deliver"}), 0, "0 messages sent");
    CHECK(desk.server.messages().size() == sent);
    check_ended(desk.acctl({"outbox", "deliver", "--held"}), 0);
    sent += std::stoul(mailing.says);
    CHECK(desk.server.messages().size() == sent);
  }
}

TEST_CASE("invitations of users whom nobody has named are renewed in several tenants after a yes") {
  const Senders desk;
  const Words all = {"user", "resend", "--all-invited", "--all"};
  const std::string before = desk.everything() + desk.everything("bert");
  const std::string question =
      "4 invitations will be sent, and the old links stop working. Do you want to renew the invitations in 3 tenants?";
  const Result refused = desk.acctl(all);
  check_ended(refused, 10, question + " Confirmation is required, but there is no terminal.");
  CHECK(contains(refused.err, "Run: acctl user resend --all-invited --all --yes"));
  for (const std::string format : {"table", "json"}) {
    Words words = all;
    words.insert(words.end(), {"-o", format});
    const Result no = answered(desk.acctl.acctl, words, "n\n");
    check_ended(no, 10, "tenant acme: 2 invitations");
    CHECK(contains(no.err, "tenant bert: 1 invitation"));
  }
  CHECK(difference(before, desk.everything() + desk.everything("bert")) == "");
  CHECK(desk.server.messages().empty());
  // One tenant, and users who are named, are renewed as they are.
  check_ended(desk({"user", "resend", "--all-invited"}), 0, "2 invitations will be sent");
  check_ended(desk.acctl({"user", "resend", "bea@acme.example", "--all"}), 0, "1 invitation will be sent");
  check_ended(desk.acctl({"user", "resend", "--expired", "--all"}), 0, "no invitation to send again");
  desk.in(
      "update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
      "where email = 'bea@acme.example'");
  check_ended(desk.acctl({"user", "resend", "--expired", "--all"}), 10, "1 invitation will be sent");
  check_ended(answered(desk.acctl.acctl, all, "y\n"), 0, "4 messages sent");
}

TEST_CASE("promise 1: resend --expired again sends what an earlier run has renewed and not sent") {
  const Senders desk;
  desk.in(
      "update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
      "where email = 'bea@acme.example'");
  // Without a transport a run ends as if it were killed between its commit and its messages.
  desk.acctl.control("update acctl.settings set value = '{}' where key = 'mail'");
  check_ended(desk({"user", "resend", "--expired"}), 0, "messages remain queued");
  mail_by(desk, desk.server);
  const Result again = desk({"user", "resend", "--expired"});
  check_ended(again, 0, "no invitation to send again");
  check_ended(again, 0, "1 message sent");
}

TEST_CASE("promise 1: outbox retry and tenant restore again send what an earlier run has queued and not sent") {
  const Senders desk;
  const Words restore = {"tenant", "restore", "dora", "--as", "dorothy"};
  // Without a transport a run ends as if it were killed between its commit and its messages.
  desk.acctl.control("update acctl.settings set value = '{}' where key = 'mail'");
  check_ended(desk({"outbox", "retry"}), 0, "messages remain queued");
  check_ended(desk.acctl(restore), 0, "messages remain queued");
  mail_by(desk, desk.server);
  check_ended(desk({"outbox", "retry", "--dry-run"}), 0, "1 message will be sent");
  const Result again = desk({"outbox", "retry"});
  check_ended(again, 0, "1 message will be sent");
  check_ended(again, 0, "1 message sent");
  const Result restored = desk.acctl(restore);
  check_ended(restored, 0, "nothing changed");
  check_ended(restored, 0, "1 message sent");
  CHECK_FALSE(contains(desk({"outbox", "retry"}).err, "will be sent"));
  CHECK(desk.server.messages().size() == 2);
}

TEST_CASE("tenant connect says how many administrators are told before it asks") {
  const Senders desk;
  desk.in("update app.users set status = 'active' where email = 'ana@acme.example'");
  desk.in("insert into app.settings (key, value) values ('support.announce_access', 'true')");
  const Words connect = {"tenant", "connect", "acme", "--reason", "case 4711"};
  const auto with = [&](const Words& more) {
    Words words = connect;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  check_ended(desk.acctl(with({"--dry-run"})), 0, "1 notification will be sent");
  check_ended(desk.acctl(with({"--write"})), 10, "1 notification will be sent");
  CHECK(desk.server.messages().empty());
  check_ended(desk.acctl(connect, "select 1;\n"), 0, "1 notification will be sent");
  CHECK(desk.server.messages().size() == 1);
}
