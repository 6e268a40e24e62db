// Identity providers of a tenant, sso.enforced, and how long a sign-in lasts.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::TenantFixture;

namespace {

const std::string provider =
    "idp:\n  entra:\n    name: Acme sign-in\n    issuer: https://login.example.com/acme\n    client_id: acme\n"
    "    domains: [acme.example]\n    secret: vault:acme/entra\n";
const std::string enforced = "settings:\n  sso.enforced: true\n";

// On a plan with single sign-on; Ana, the only user, is an admin.
struct Desk : TenantFixture {
  Desk() {
    in("update acctl.tenant set features = '{\"sso\": true, \"custom_roles\": true}'");
    in("update app.users set status = 'active'");
  }

  // By plan as by apply.
  void refuses(const std::string& text, const std::string& why) const {
    const std::string before = configuration();
    check_ended(plan(text), 5, why);
    check_ended(apply(text), 5, why);
    CHECK(configuration() == before);
  }

  std::string may_sign_in(const std::string& email) const {
    return in("select allowed::text || ' ' || session_hours from app.sign_in where email = '" + email + "'");
  }
};

}  // namespace

TEST_CASE("whatever the application writes of providers and settings, access is taken away and rules are kept",
          "[promise 12][promise 16]") {
  const Desk desk;
  desk.applied(provider + "users:\n  bea@acme.example: {idp: entra}\n");
  CHECK_THROWS_WITH(desk.by_hand("update app.identity_providers set domains = '[1]'"),
                    Catch::Contains("identity_providers_domains"));
  // As an older schema let it be.
  desk.in(
      "alter table app.identity_providers drop constraint identity_providers_domains; update app.identity_providers set "
      "domains = '[1, \"acme.example\"]'");
  check_ended(desk({"user", "deactivate", "bea@acme.example", "--yes"}), 0);
  desk.in(
      "delete from app.identity_providers; update app.users set idp = 'local'; delete from app.settings where key = "
      "'sso.enforced'");
  // A time of its own hides nothing.
  CHECK_THROWS_WITH(
      desk.by_hand("insert into app.settings (key, value, updated_at) values ('sso.enforced', 'true', '2000-01-01')"),
      Catch::Contains("none is configured"));
}

TEST_CASE("identity providers are configuration like all else, their secrets references") {
  const Desk desk;
  desk.applied(provider);
  CHECK(desk.in("select key || ' ' || issuer || ' ' || secret || ' ' || domains from app.identity_providers") ==
        "entra https://login.example.com/acme vault:acme/entra [\"acme.example\"]");
  check_ended(desk.apply(provider), 0, "nothing to change");
  const auto refused = [&](const std::string& text, const std::string& why) { check_ended(desk.apply(text), 3, why); };
  refused("idp:\n  entra: {secret: hunter2}\n", "names a secret that is not a reference");
  refused("idp:\n  entrra: {name: X, issuer: https://x.example, client_id: x}\n", "did you mean 'entra'?");
  refused("idp:\n  okta: {name: X, issuer: http://x.example, client_id: x}\n", "is not an https URL");
  refused("idp:\n  okta: {name: X, issuer: https://x.example, client_id: x, domains: [a b]}\n",
          "has a domain that is not one");
  CHECK_FALSE(contains(desk.everything(), "hunter2"));
  // They say whose tenant it is.
  CHECK_FALSE(contains(desk({"export"}).out, "login.example.com"));
  CHECK(contains(desk({"export", "--with-identity"}).out, "login.example.com"));
}

TEST_CASE("a plan without single sign-on has no identity providers, and cannot enforce them") {
  const Desk desk;
  desk.in("update acctl.tenant set features = '{\"sso\": false}'");
  desk.refuses(provider, "the plan does not include single sign-on");
  desk.refuses(enforced, "the plan does not include single sign-on");
  CHECK(desk.in("select count(*) from app.identity_providers") == "0");
}

TEST_CASE("where single sign-on is enforced, only admins sign in without a provider", "[promise 12]") {
  const Desk desk;
  desk.refuses(enforced, "none is configured");
  const std::string closed = provider + "    enabled: false\n";
  desk.refuses(closed + enforced, "none is configured");
  desk.applied(provider + enforced);
  // The last one stays, or nobody could sign in.
  desk.refuses(closed, "none is configured");
  check_ended(desk.apply(enforced, {"--prune", "--max-removals", "100%"}), 5, "none is configured");
  check_ended(desk({"user", "invite", "ben@acme.example"}), 5,
              "user \"ben@acme.example\" would sign in without an identity provider");
  check_ended(desk({"user", "invite", "ben@acme.example", "--idp", "local"}), 5, "sso.enforced");
  check_ended(desk({"user", "invite", "ben@acme.example", "--idp", "entra"}), 0);
  check_ended(desk({"user", "edit", "ben@acme.example", "--idp", "local"}), 5, "sso.enforced");
  desk.refuses("users:\n  cleo@acme.example: {}\n", "sso.enforced");
  // Who is let in without a provider stays an admin for good; a role for a time is none.
  desk.refuses("users:\n  cleo@acme.example: {roles: [admin: {until: \"2099-01-01T00:00:00Z\"}]}\n", "sso.enforced");
  // A way in when the provider fails.
  check_ended(desk({"user", "invite", "glass@acme.example", "--role", "admin"}), 0);
  CHECK_THROWS_WITH(desk.by_hand("update app.users set idp = 'local' where email = 'ben@acme.example'"),
                    Catch::Contains("without an identity provider"));
  CHECK(desk.in("select string_agg(email || ' ' || idp, ', ' order by email) from app.users") ==
        "ana@acme.example local, ben@acme.example entra, glass@acme.example local");
  CHECK(desk.may_sign_in("ana@acme.example").starts_with("true "));
}

TEST_CASE("enforcing single sign-on names those whom it would lock out", "[promise 12]") {
  const Desk desk;
  desk.applied("users:\n  ben@acme.example: {}\n  cleo@acme.example: {}\n");
  const std::string both = "2 users would sign in without an identity provider, such as \"ben@acme.example\"";
  desk.refuses(provider + enforced, both);
  // Whose row the files write, too, and who comes with them.
  desk.refuses(provider + enforced + "users:\n  cleo@acme.example: {name: Cleo}\n", both);
  desk.refuses(provider + enforced + "users:\n  ann@acme.example: {}\n", "3 users would sign in");
  desk.refuses(provider + enforced + "users:\n  ben@acme.example: {roles: [admin]}\n",
               "user \"cleo@acme.example\" would sign in");
  // By hand the database says the same.
  desk.applied(provider);
  CHECK_THROWS_WITH(desk.in("update app.settings set value = 'true' where key = 'sso.enforced'"),
                    Catch::Contains(both));
  CHECK(desk.in("select value from app.settings where key = 'sso.enforced'") == "false");
  desk.applied(provider + enforced + "users:\n  ben@acme.example: {idp: entra}\n  cleo@acme.example: {idp: entra}\n");
  CHECK(desk.in("select value from app.settings where key = 'sso.enforced'") == "true");
}

TEST_CASE("a tenant with identity providers gives nobody another one, or one for other addresses", "[promise 12]") {
  const Desk desk;
  const std::string other = "which the tenant has not configured";
  const std::string elsewhere = "whose domains do not include other.example";
  // While there are none, a directory may come first.
  const std::string early = "early@other.example";
  check_ended(desk({"user", "invite", early, "--idp", "google"}), 0);
  desk.applied("users:\n  fay@acme.example: {idp: okta}\n");
  desk.applied(provider);
  desk.in("update app.users set status = 'active'");
  check_ended(desk({"user", "edit", "fay@acme.example", "--idp", "entra"}), 0);
  const std::string moved = desk.in("select run from acctl.runs order by id desc limit 1");
  const std::string before = desk.configuration();
  const auto refused = [&](const std::vector<std::string>& words, const std::string& why, const std::string& in = "") {
    check_ended(desk(words, in), 5, why);
    CHECK(desk.configuration() == before);
  };
  refused({"user", "invite", "ben@acme.example", "--idp", "google"}, other);
  refused({"user", "invite", "ben@acme.example", "--idp", "google", "--dry-run"}, other);
  refused({"user", "invite", "q5@other.example", "--idp", "entra"}, elsewhere);
  refused({"user", "invite", "--file", "-"}, elsewhere,
          "email,idp\nben@acme.example,entra\nq5@other.example,entra\ncal@acme.example,local\n");
  refused({"user", "edit", "fay@acme.example", "--idp", "saml"}, other);
  refused({"user", "edit", "fay@acme.example", "--email", "fay@other.example"}, elsewhere);
  refused({"user", "sync", "-f", "-", "--idp", "okta", "--yes"}, other, "email,external_id\nben@acme.example,E1\n");
  refused({"undo", moved, "--yes"}, other);
  refused({"import", "-f", desk.file("users: {ana@acme.example: {roles: [admin]}, b@acme.example: {idp: duo}}\n"),
           "--edited", "--max-removals", "100%", "--yes"},
          other);
  desk.refuses("users:\n  ben@acme.example: {idp: google}\n", other);
  desk.refuses("users:\n  q5@other.example: {idp: entra}\n  ben@acme.example: {idp: google}\n", elsewhere);
  // Who is in already stops nothing, and is not let in again.
  check_ended(desk({"user", "edit", early, "--name", "Early"}), 0);
  check_ended(desk({"user", "deactivate", early, "--yes"}), 0);
  check_ended(desk({"user", "reactivate", early}), 5, other);
  // The same files can configure what they give.
  check_ended(desk({"user", "invite", "ben@acme.example", "--idp", "entra"}), 0);
  check_ended(desk({"user", "invite", "cal@other.example", "--idp", "local"}), 0);
  desk.applied(
      "idp:\n  google: {name: G, issuer: https://g.example, client_id: g}\n  entra: {domains: [other.example]}\n"
      "users:\n  q5@other.example: {idp: entra}\n  q6@any.example: {idp: google}\n");
  check_ended(desk({"user", "reactivate", early}), 0);
}

TEST_CASE("an admin who loses the role is not let in without a provider") {
  const Desk desk;
  desk.applied(provider + enforced + "users:\n  glass@acme.example: {roles: [admin]}\n");
  desk.in("update app.users set status = 'active'");
  CHECK(desk.may_sign_in("glass@acme.example").starts_with("true "));
  check_ended(desk({"role", "revoke", "admin", "glass@acme.example", "--yes"}), 0);
  CHECK(desk.may_sign_in("glass@acme.example").starts_with("false "));
}

TEST_CASE("a sign-in lasts as the user says, else the shortest of the roles, else the setting") {
  const Desk desk;
  desk.applied(
      "settings:\n  session.hours: 12\n"
      "roles:\n  short: {name: Short, permissions: [tickets.view], session_hours: 4}\n"
      "  long: {name: Long, permissions: [tickets.view], session_hours: 48}\n"
      "users:\n  ben@acme.example: {roles: [short, long]}\n"
      "  cleo@acme.example: {roles: [short], session_hours: 1}\n");
  CHECK(desk.may_sign_in("ana@acme.example") == "true 12");
  CHECK(desk.may_sign_in("ben@acme.example") == "false 4");
  CHECK(desk.may_sign_in("cleo@acme.example") == "false 1");
  check_ended(desk({"role", "edit", "short", "--no-session-hours"}), 0);
  CHECK(desk.may_sign_in("ben@acme.example") == "false 48");
}

TEST_CASE("the provider of the last admins who can sign in stays, by whatever way it would go", "[promise 6]") {
  const Desk desk;
  const std::string declared = provider + "users:\n  ana@acme.example: {idp: entra}\n";
  desk.applied(declared);
  const std::string why = "at least 1 active admin who can sign in is required; this would leave 0; ana@acme.example";
  const std::string users = "users:\n  ana@acme.example: {idp: entra}\n";
  desk.refuses("idp:\n  entra: {enabled: false}\n" + users, why + " signs in through entra");
  desk.refuses("idp:\n  entra: {domains: [other.example]}\n" + users, why);
  for (const char* verb : {"plan", "apply"}) {
    std::vector<std::string> words = {
        verb, "-f", desk.file("idp: {}\n" + users), "--prune", "--allow-empty", "--max-removals", "100%"};
    if (std::string(verb) == "apply") words.emplace_back("--yes");
    check_ended(desk(words), 5, why);
  }
  check_ended(desk({"import", "-f", desk.file("idp: {}\n"), "--edited", "--yes", "--max-removals", "100%"}), 5, why);
  CHECK(desk.in("select count(*) from app.identity_providers where enabled") == "1");
  // A provider that lets nobody in is no way in.
  desk.applied(provider + "  okta: {name: O, issuer: https://o.example, client_id: o, enabled: false}\n" + users);
  check_ended(desk({"user", "edit", "ana@acme.example", "--idp", "okta", "--yes"}), 5, why);
  // Another admin who can sign in is enough, until they go.
  desk.applied("manager: people\nusers:\n  ben@acme.example: {roles: [admin]}\n");
  desk.in("update app.users set status = 'active'");
  check_ended(desk.apply("idp:\n  entra: {enabled: false}\n" + users), 0);
  check_ended(desk({"user", "deactivate", "ben@acme.example", "--yes"}), 5, why);
  check_ended(desk({"role", "revoke", "admin", "ben@acme.example", "--yes"}), 5, why);
  check_ended(desk({"user", "edit", "ben@acme.example", "--idp", "okta", "--yes"}), 5, "who can sign in");
  check_ended(desk({"user", "edit", "ana@acme.example", "--idp", "local", "--yes"}), 0);
  check_ended(desk({"user", "deactivate", "ben@acme.example", "--yes"}), 0);
}

TEST_CASE("nobody signs in through a provider that is disabled or for other addresses", "[promise 12]") {
  const Desk desk;
  const std::string ben = "ben@acme.example";
  desk.applied(provider + "users:\n  ben@acme.example: {idp: entra}\n  cal@acme.example: {idp: entra}\n");
  desk.in("update app.users set status = 'active'");
  CHECK(desk.may_sign_in(ben).starts_with("true "));
  CHECK(desk.may_sign_in("ana@acme.example").starts_with("true "));
  desk.in("update app.identity_providers set domains = '[\"OTHER.example\", \"Acme.Example\"]'");
  CHECK(desk.may_sign_in(ben).starts_with("true "));
  desk.in("update app.identity_providers set domains = '[\"other.example\"]'");
  CHECK(desk.may_sign_in(ben).starts_with("false "));
  desk.in("update app.identity_providers set domains = '[]'");
  CHECK(desk.may_sign_in(ben).starts_with("true "));
  desk.in("update app.identity_providers set enabled = false");
  CHECK(desk.may_sign_in(ben).starts_with("false "));
  CHECK(desk.may_sign_in("ana@acme.example").starts_with("true "));
  // Without one the tenant leaves the choice to its users' definitions.
  desk.in("delete from app.identity_providers");
  CHECK(desk.may_sign_in(ben).starts_with("true "));
}

TEST_CASE("the application leaves an admin who can sign in, whatever it does with providers", "[promise 16]") {
  const Desk desk;
  desk.applied(provider + "users:\n  ana@acme.example: {idp: entra}\n");
  const std::string why = "without an active admin who can sign in";
  const std::string before = desk.configuration();
  for (const std::string sql :
       {"update app.identity_providers set enabled = false", "delete from app.identity_providers",
        "update app.identity_providers set domains = '[\"other.example\"]'",
        "update app.identity_providers set key = 'okta'",
        "insert into app.identity_providers (key, name, issuer, client_id, enabled) values ('okta', 'O', "
        "'https://o.example', 'o', false); update app.users set idp = 'okta'"}) {
    INFO(sql);
    CHECK_THROWS_WITH(desk.by_hand(sql), Catch::Contains(why));
  }
  CHECK(desk.configuration() == before);
  // The end of the transaction counts, and one admin is enough.
  desk.by_hand("delete from app.identity_providers; update app.users set idp = 'local'");
  desk.applied(provider + "users:\n  ana@acme.example: {idp: entra}\n  ben@acme.example: {roles: [admin]}\n");
  CHECK_THROWS_WITH(desk.by_hand("update app.identity_providers set enabled = false"), Catch::Contains(why));
  desk.in("update app.users set status = 'active'");
  desk.by_hand("update app.identity_providers set enabled = false");
  // What it has not made worse it may go on with.
  desk.in("update app.users set idp = 'entra'");
  desk.by_hand("update app.users set name = 'Ana' where email = 'ana@acme.example'");
  desk.by_hand("update app.identity_providers set enabled = true");
  desk.applied(enforced + "users:\n  ana@acme.example: {idp: local}\n");
  CHECK_THROWS_WITH(desk.by_hand("update app.identity_providers set enabled = false"),
                    Catch::Contains("sso.enforced needs an identity provider"));
  desk.by_hand(
      "update app.settings set value = 'false' where key = 'sso.enforced'; update app.identity_providers set enabled = "
      "false");
}
