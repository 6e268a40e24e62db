// user offboard: everything of somebody who leaves, in every tenant; and people who are not there.
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

const std::string olga = "olga@acme.example";

// Three tenants, of which one is suspended; olga has something of every kind in each.
struct Company {
  Company() {
    for (const char* slug : {"acme", "globex", "initech"}) {
      acctl.create(slug);
      acctl({"user", "invite", olga, "--role", "support-agent", "-t", slug});
      acctl.in(
          slug,
          "update app.users set status = 'active';"
          "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256('x'), now() + interval '1 h' "
          "from app.users where email like 'olga%';"
          "insert into app.tickets (subject, channel, status_id, priority_id, assignee_id) select 'Help', 'api', "
          "s.id, p.id, u.id from app.users u, (select id from app.statuses where applies_to = 'ticket' and category "
          "= 'open' limit 1) s, (select id from app.priorities limit 1) p where u.email like 'olga%'");
      check_ended(acctl({"api-key", "create", olga, "--name", "ci", "-t", slug}), 0);
    }
    check_ended(acctl({"tenant", "suspend", "globex", "--yes"}), 0);
  }

  // What olga still has in a tenant: "suspended 0 0 0 1" is status, roles, sessions, keys, tickets.
  std::string rest(const std::string& tenant) const {
    return acctl.in(
        tenant,
        "select u.status || ' ' || (select count(*) from app.user_roles h where h.user_id = u.id) || ' ' || "
        "(select count(*) from app.sessions s where s.user_id = u.id and s.ended_at is null) || ' ' || "
        "(select count(*) from app.api_keys k where k.user_id = u.id and k.revoked_at is null) || ' ' || "
        "(select count(*) from app.tickets t where t.assignee_id = u.id) from app.users u where u.email = "
        "'olga@acme.example'");
  }

  TestPlatform acctl;
};

}  // namespace

TEST_CASE("promise 12: user offboard ends everything in every tenant, suspended ones too, and proves it") {
  const Company company;
  check_ended(company.acctl({"user", "offboard", olga}), 10, "ticket 1 stays assigned to " + olga);
  check_ended(company.acctl({"user", "offboard", olga, "--dry-run"}), 0);
  for (const char* slug : {"acme", "globex", "initech"}) CHECK(company.rest(slug) == "active 1 1 1 1");
  const Result done = company.acctl({"user", "offboard", olga, "--prove", "--yes", "-o", "json"});
  check_ended(done, 0);
  for (const char* slug : {"acme", "globex", "initech"}) CHECK(company.rest(slug) == "suspended 0 0 0 1");
  const auto report = done.json();
  CHECK(report["users"].size() == 3);
  CHECK(report["users"][0]["tickets"].size() == 1);
  CHECK(report["proof"]["read_tenants"] == 3);
  CHECK(report["proof"]["left"].empty());
  CHECK(company.acctl.in("globex", "select command || ' ' || outcome from acctl.runs order by id desc limit 1") ==
        "user offboard done");
  CHECK(
      company.acctl.control("select action || ' ' || (after ->> 'email') from acctl.audit order by id desc limit 1") ==
      "user.offboard " + olga);
  // Again: nothing is written.
  const std::string world = company.acctl.world();
  check_ended(company.acctl({"user", "offboard", olga, "--prove"}), 0, "proven by reading 3 tenants");
  CHECK(difference(world, company.acctl.world()) == "");
  // Only what a plan does not show is left: a key that was made behind acctl's back.
  company.acctl.in("acme",
                   "alter table app.api_keys disable trigger user;"
                   "update app.api_keys set revoked_at = null;"
                   "alter table app.api_keys enable trigger user");
  check_ended(company.acctl({"user", "offboard", olga, "--prove", "--yes"}), 0, "1 API key");
  CHECK(company.rest("acme") == "suspended 0 0 0 1");
}

TEST_CASE("user offboard hands open work over where the heir is active, and names it elsewhere") {
  const Company company;
  company.acctl({"user", "invite", "ben@acme.example", "-t", "acme"});
  company.acctl.in("acme", "update app.users set status = 'active'");
  const Result done =
      company.acctl({"user", "offboard", olga, "--reassign-to", "ben@acme.example", "--prove", "--yes"});
  check_ended(done, 1, "ben@acme.example is not an active user there");
  CHECK(contains(done.err, "tenant initech: " + olga + " (suspended) has ticket "));
  CHECK(company.rest("acme") == "suspended 0 0 0 0");
  CHECK(company.acctl.in("acme", "select u.email from app.tickets t join app.users u on u.id = t.assignee_id") ==
        "ben@acme.example");
  CHECK(company.rest("initech") == "suspended 0 0 0 1");
  check_ended(company.acctl({"user", "offboard", olga, "--reassign-to", "bem@acme.example"}), 3,
              "did you mean 'ben@acme.example'?");
}

TEST_CASE("user offboard changes nothing where somebody is the last admin, and says where") {
  const Company company;
  check_ended(company.acctl({"role", "grant", "admin", olga, "-t", "initech"}), 0);
  check_ended(company.acctl({"role", "revoke", "admin", "ana@initech.example", "-t", "initech", "--yes"}), 0);
  check_ended(company.acctl({"user", "offboard", olga, "--yes"}), 5, "tenant initech: ");
  CHECK(company.rest("acme") == "active 1 1 1 1");
  check_ended(company.acctl({"user", "offboard", olga, "--exclude", "initech", "--yes"}), 0);
  CHECK(company.rest("acme") == "suspended 0 0 0 1");
}

TEST_CASE("user offboard proves nothing where a tenant cannot be read") {
  const Company company;
  company.acctl.in("acme", "select 1");
  company.acctl.control("alter database initech allow_connections false");
  check_ended(company.acctl({"user", "offboard", olga, "--prove", "--yes"}), 6, "initech");
  CHECK(company.rest("globex") == "suspended 0 0 0 1");
  company.acctl.control("alter database initech allow_connections true");
  check_ended(company.acctl({"user", "offboard", olga, "--prove", "--yes"}), 0, "proven");
}

TEST_CASE("an address that nobody has is an error with a suggestion, for every verb, over one tenant or many") {
  const Company company;
  const std::string wrong = "ogla@acme.example";
  const std::vector<std::vector<std::string>> verbs = {
      {"user", "show", wrong},
      {"user", "edit", wrong, "--name", "O"},
      {"user", "resend", wrong},
      {"user", "deactivate", wrong},
      {"user", "reactivate", wrong},
      {"user", "delete", wrong},
      {"user", "permissions", wrong},
      {"user", "offboard", wrong},
      {"can", wrong, "tickets.view"},
      {"why", wrong, "tickets.view"},
      {"role", "grant", "support-agent", wrong},
      {"role", "revoke", "support-agent", wrong},
      {"team", "add", "support", wrong},
      {"team", "remove", "support", wrong},
      {"api-key", "list", wrong},
      {"api-key", "create", wrong, "--name", "k"},
      {"api-key", "revoke", wrong, "ci"},
  };
  for (const char* slug : {"acme", "initech"}) {
    company.acctl({"team", "create", "support", "--name", "Support", "-t", slug});
  }
  const std::set<std::string> of_one = {"show", "permissions"};
  const std::string world = company.acctl.world();
  for (const std::vector<std::string>& verb : verbs) {
    INFO(acctl::test::command_line(verb));
    std::vector<std::string> words = verb;
    const bool everywhere = verb[1] == "offboard";
    if (!everywhere) words.insert(words.end(), {"-t", "acme"});
    words.push_back("--yes");
    check_ended(company.acctl(words), 3, "there is no user '" + wrong + "'");
    check_ended(company.acctl(words), 3, "did you mean '" + olga + "'?");
    const bool one = verb[0] == "can" || verb[0] == "why" || of_one.contains(verb[1]) || verb[1] == "create" ||
                     (verb[0] == "api-key" && verb[1] == "revoke");
    if (one) continue;
    words = verb;
    if (!everywhere) words.push_back("--all");
    words.push_back("--yes");
    check_ended(company.acctl(words), 3, "(in none of ");
  }
  CHECK(difference(world, company.acctl.world()) == "");
  // Whoever an earlier run deleted is no mistake: the same command again changes nothing.
  check_ended(company.acctl({"user", "delete", olga, "--revoke-roles", "-t", "acme", "--yes"}), 0);
  check_ended(company.acctl({"user", "delete", olga, "--revoke-roles", "-t", "acme", "--yes"}), 0);
  // Taking away passes over tenants that do not have the user.
  check_ended(company.acctl({"role", "revoke", "support-agent", olga, "--all", "--yes"}), 0);
}

TEST_CASE("promise 12: user offboard follows a change of address, back and forth, and into other tenants") {
  const Company company;
  const std::string olivia = "olivia@acme.example";
  check_ended(company.acctl({"user", "edit", olga, "--email", olivia, "-t", "acme", "--yes"}), 0);
  check_ended(company.acctl({"user", "invite", olivia, "-t", "initech", "--no-mail"}), 0);
  const auto status = [&](const std::string& tenant, const std::string& email) {
    return company.acctl.in(tenant, "select status from app.users where email = '" + email + "'");
  };
  const Result done = company.acctl({"user", "offboard", olga, "--prove", "--yes"});
  check_ended(done, 0, "proven by reading 3 tenants");
  CHECK(contains(done.err + done.out, olivia + " is another address of " + olga));
  CHECK(status("acme", olivia) == "suspended");
  CHECK(status("initech", olivia) == "suspended");
  CHECK(status("globex", olga) == "suspended");
  // By the address of today, too.
  for (const char* slug : {"globex", "initech"}) {
    company.acctl.in(slug, "update app.users set status = 'active' where email = '" + olga + "'");
  }
  check_ended(company.acctl({"user", "offboard", olivia, "--prove", "--yes"}), 0, "proven by reading 3 tenants");
  CHECK(status("globex", olga) == "suspended");
  CHECK(status("initech", olga) == "suspended");
}

TEST_CASE("user offboard touches nobody who had the address before somebody else, or has it since", "[promise 12]") {
  const Company company;
  check_ended(company.acctl({"user", "edit", olga, "--email", "other@acme.example", "-t", "acme", "--yes"}), 0);
  check_ended(company.acctl({"user", "invite", olga, "-t", "acme", "--no-mail"}), 0);
  check_ended(company.acctl({"user", "offboard", olga, "--prove", "--yes"}), 0, "proven");
  CHECK(company.acctl.in("acme", "select email || ' ' || status from app.users where email like 'o%' order by 1") ==
        "olga@acme.example suspended\nother@acme.example active");
}

TEST_CASE("promise 12: user offboard knows a person by the ID of an identity provider, and proves nothing in doubt") {
  const Company company;
  const std::string other = "o.other@acme.example";
  check_ended(company.acctl({"user", "invite", other, "--idp", "entra", "-t", "initech", "--no-mail"}), 0);
  for (const auto& [slug, email] : {std::pair<std::string, std::string>{"acme", olga}, {"initech", other}}) {
    company.acctl.in(slug, "update app.users set status = 'active', idp = 'entra', external_id = 'E1' where email = '" +
                               email + "'");
  }
  const auto status = [&] {
    return company.acctl.in("initech", "select status from app.users where email = '" + other + "'");
  };
  const auto configure = [&](const std::string& slug, const std::string& issuer) {
    company.acctl.in(slug,
                     "delete from app.identity_providers; insert into app.identity_providers (key, name, issuer, "
                     "client_id) values ('entra', 'E', 'https://" +
                         issuer + ".example', 'x')");
  };
  const auto offboard = [&](const std::string& email) {
    return company.acctl({"user", "offboard", email, "--prove", "--yes"});
  };
  // Of which directory the id is, nobody has said.
  check_ended(offboard(olga), 6, "tenant initech: " + other + " (active) has the same external ID");
  CHECK(status() == "active");
  // Another one's: somebody else.
  for (const char* slug : {"acme", "initech"}) company.acctl.in(slug, "update acctl.tenant set features = null");
  configure("acme", "one");
  configure("initech", "two");
  check_ended(offboard(olga), 0, "proven");
  CHECK(status() == "active");
  configure("initech", "one");
  check_ended(offboard(olga), 0, other + " is another address of " + olga);
  CHECK(status() == "suspended");
}
