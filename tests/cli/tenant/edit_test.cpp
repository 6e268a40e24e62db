// tenant edit: name, administrator, notes and custom domains.
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TestPlatform;

namespace {

std::string published(const TestPlatform& acctl) {
  return acctl.control("select string_agg(hostname, ' ' order by hostname) from acctl.published_routes");
}

// A name server with records of our own.
class NameServer {
 public:
  explicit NameServer(const std::string& folder)
      : records_(folder + "/records"),
        port_file_(folder + "/port"),
        process_({.words = {"/usr/bin/python3", ACCTL_SOURCE "/tests/support/dns_server.py", records_, port_file_},
                  .environment = {{"PATH", "/usr/bin:/bin"}}}) {
    put_file(records_, "");
    REQUIRE(process_.says("ready"));
  }
  ~NameServer() { process_.send(SIGKILL); }

  void add(const std::string& name, const std::string& text) const {
    put_file(records_, file_text(records_) + name + " " + text + "\n");
  }
  std::string address() const { return "127.0.0.1:" + file_text(port_file_); }

 private:
  std::string records_;
  std::string port_file_;
  Running process_;
};

}  // namespace

TEST_CASE("tenant edit corrects the name, the administrator and the notes") {
  const TestPlatform acctl;
  acctl.create("acme");
  check_ended(acctl({"tenant", "edit", "acme", "--name", "Acme Corporation", "--admin-name", "Bea", "--admin-email",
                     "bea@acme.example", "--notes", "Calls on Mondays."}),
              0, "name: \"Name of acme\" -> \"Acme Corporation\"");
  const auto shown = acctl.json({"tenant", "show", "acme"});
  CHECK(shown["name"] == "Acme Corporation");
  CHECK(shown["admin"].dump() == R"({"email":"bea@acme.example","name":"Bea"})");
  CHECK(shown["notes"] == "Calls on Mondays.");
  // Whom staff turn to is no user, whose address may be another by now.
  CHECK(acctl({"tenant", "show", "acme"}).out.find("administrator:") == std::string::npos);
  check_ended(acctl({"tenant", "show", "acme"}), 0, "contact:");
  CHECK(acctl.control("select concat_ws('|', before ->> 'name', after ->> 'name') from acctl.audit where action = "
                      "'tenant.edit'") == "Name of acme|Acme Corporation");
  const std::string before = acctl.world();
  check_ended(acctl({"tenant", "edit", "acme", "--name", "Acme Corporation", "--admin-email", "BEA@acme.example"}), 0,
              "nothing to change");
  check_ended(acctl({"tenant", "edit", "acme", "--name", "Other", "--dry-run"}), 0);
  CHECK(acctl.world() == before);
  check_ended(acctl({"tenant", "edit", "acme", "--notes", ""}), 0);
  CHECK(acctl.json({"tenant", "show", "acme"})["notes"].is_null());
}

TEST_CASE("a custom domain is reserved at once, and published when it is verified by the DNS", "[promise 2]") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const NameServer dns(acctl.folder.path());
  const auto edit = [&](const std::string& slug) {
    return acctl({"tenant", "edit", slug, "--domain", "help.acme.example", "--dns-server", dns.address()});
  };
  const Result first = edit("acme");
  check_ended(first, 0, "add the DNS record _acctl.help.acme.example TXT");
  CHECK(published(acctl) == "acme.acctl.localhost bert.acctl.localhost");
  const auto reserved = acctl.json({"tenant", "show", "acme"});
  CHECK(reserved["domains"].dump() == R"([{"hostname":"help.acme.example","verified":false}])");
  CHECK(reserved["resources"]["hostnames"].dump() == R"(["acme.acctl.localhost","help.acme.example"])");
  // Nobody else can have it, and a record for another tenant does not verify it.
  const Result taken = edit("bert");
  check_ended(taken, 7, "the domain help.acme.example belongs to tenant acme");
  CHECK_FALSE(contains(taken.err, "DNS record"));
  const auto id = [&](const std::string& slug) {
    return acctl.control("select id from acctl.tenants where slug = '" + slug + "'");
  };
  dns.add("_acctl.help.acme.example", "acctl-tenant=" + id("bert"));
  check_ended(edit("acme"), 0, "nothing to change");
  dns.add("_acctl.help.acme.example", "acctl-tenant=" + id("acme"));
  check_ended(edit("acme"), 0, "\"unverified\" -> \"verified\"");
  CHECK(published(acctl) == "acme.acctl.localhost bert.acctl.localhost help.acme.example");
  const Result again = edit("acme");
  check_ended(again, 0, "nothing to change");
  CHECK_FALSE(contains(again.err, "DNS record"));
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("a new tenant's domain is reserved, and published when it is verified, too") {
  const TestPlatform acctl;
  const Result one = acctl({"tenant", "create", "acme", "--name", "Acme", "--admin-email", "it@acme.example",
                            "--domain", "help.acme.example"});
  check_ended(one, 0,
              "domain help.acme.example is reserved for tenant acme and not published until it is verified: "
              "acctl tenant edit acme --domain help.acme.example");
  const std::string file = acctl.folder.path() + "/tenants.yaml";
  const auto row = [&](const std::string& slug) {
    put_file(file, "acctl: 1\ntenants:\n  " + slug + ": {name: B, admin_email: b@b.example, domain: help." + slug +
                       ".example, notes: VIP}\n");
    return file;
  };
  check_ended(acctl({"tenant", "create", "-f", row("bert")}), 0, "tenant edit bert --domain help.bert.example");
  check_ended(acctl({"tenant", "plan", "-f", row("carl")}), 0, "domain.help.carl.example: \"unverified\"");
  check_ended(acctl({"tenant", "apply", "-f", row("carl"), "--yes"}), 0, "tenant edit carl --domain help.carl.example");
  CHECK(published(acctl) == "acme.acctl.localhost bert.acctl.localhost carl.acctl.localhost");
  for (const std::string slug : {"acme", "bert", "carl"}) {
    CHECK(acctl.json({"tenant", "show", slug})["unverified_domains"].dump() == "[\"help." + slug + ".example\"]");
  }
  check_ended(acctl({"tenant", "plan", "-f", row("carl")}), 0, "nothing to change");
  check_ended(acctl({"tenant", "edit", "carl", "--domain", "help.carl.example", "--force"}), 0);
  check_ended(acctl({"tenant", "plan", "-f", row("carl")}), 0, "nothing to change");
  CHECK(published(acctl) == "acme.acctl.localhost bert.acctl.localhost carl.acctl.localhost help.carl.example");
}

TEST_CASE("a domain is published by force, and removed with a question") {
  const TestPlatform acctl;
  acctl.create("acme", {"--domain", "old.acme.example"});
  check_ended(acctl({"tenant", "edit", "acme", "--domain", "old.acme.example", "--force"}), 0);
  CHECK(published(acctl) == "acme.acctl.localhost old.acme.example");
  check_ended(acctl({"tenant", "edit", "acme", "--domain", "new.acme.example", "--force"}), 0);
  CHECK(published(acctl) == "acme.acctl.localhost new.acme.example old.acme.example");
  check_ended(acctl({"tenant", "edit", "acme", "--remove-domain", "old.acme.example"}), 10);
  check_ended(acctl({"tenant", "edit", "acme", "--remove-domain", "old.acme.example", "--yes"}), 0);
  CHECK(published(acctl) == "acme.acctl.localhost new.acme.example");
  check_ended(acctl({"tenant", "edit", "acme", "--remove-domain", "old.acme.example"}), 0, "nothing to change");
  // It is free again.
  acctl.create("bert", {"--domain", "old.acme.example"});
}

TEST_CASE("tenant edit refuses what cannot be") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const std::string before = acctl.world_but_audit();
  const auto refused = [&](const std::vector<std::string>& more, const std::string& part) {
    std::vector<std::string> words = {"tenant", "edit"};
    words.insert(words.end(), more.begin(), more.end());
    check_ended(acctl(words), 3, part);
  };
  refused({"acme"}, "nothing to change; give at least one option");
  refused({"acme", "--domain", "bert.acctl.localhost"}, "is the platform's own");
  CHECK_FALSE(contains(acctl({"tenant", "edit", "acme", "--domain", "bert.acctl.localhost"}).err, "DNS record"));
  refused({"acme", "--domain", "a.example", "--remove-domain", "a.example"}, "both added and removed");
  refused({"acme", "--domain", "acme"}, "the domain 'acme' is not a host name");
  refused({"acme", "--name", "x", "--force"}, "--force needs --domain");
  refused({"acme", "bert", "--name", "x"}, "--name is for one tenant");
  refused({"--all", "--admin-email", "a@b.example"}, "--admin-email is for one tenant");
  refused({"acme", "--admin-email", "ana"}, "the administrator's email 'ana'");
  refused({"acme", "--domain", "a.example", "--dns-server", "x"}, "'x' is not a name server");
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("tenant edit --region names the region that the tenant has, and says how it gets to another") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("insert into acctl.servers (name, region) values ('other', 'eu')");
  const std::string before = acctl.world_but_audit();
  check_ended(acctl({"tenant", "edit", "acme", "--region", "default"}), 0, "nothing to change");
  const Result refused = acctl({"tenant", "edit", "acme", "--region", "eu", "--notes", "x"});
  check_ended(refused, 7, "tenant acme is in region default, that of its server main");
  CHECK(contains(refused.err, "acctl tenant restore acme --from FILE --with-data --as SLUG --region eu"));
  check_ended(acctl({"tenant", "edit", "acme", "--region", "ue"}), 3, "there is no region 'ue'; did you mean 'eu'?");
  CHECK(acctl.world_but_audit() == before);
}
