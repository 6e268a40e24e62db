// The conversational suite: every user has exactly one of the base roles admin and user, on every path.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

// talk, of pack conversational: ana its admin, ben a user.
struct Suite {
  Suite() {
    acctl.create("talk", {"--pack", "conversational"});
    check_ended((*this)({"user", "invite", "ben@talk.example", "--role", "user"}), 0);
    acctl.in("talk", "update app.users set status = 'active'");
  }

  Result operator()(std::vector<std::string> words) const {
    words.insert(words.end(), {"-t", "talk"});
    return acctl(words);
  }

  Result apply(const std::string& text) const {
    put_file(acctl.folder.path() + "/people.yaml", "acctl: 1\n" + text);
    return (*this)({"apply", "-f", acctl.folder.path() + "/people.yaml", "--yes"});
  }

  std::string roles(const std::string& name) const {
    return acctl.in("talk",
                    "select coalesce(string_agg(r.key, ' ' order by r.key), '') from app.user_roles h join app.roles r "
                    "on r.id = h.role_id join app.users u on u.id = h.user_id where u.email = '" +
                        name + "@talk.example'");
  }

  TestPlatform acctl;
};

const std::string one = "needs exactly one of the roles admin, user";

}  // namespace

TEST_CASE("whoever is invited gets one base role: user, if none is named") {
  const Suite suite;
  check_ended(suite({"user", "invite", "cleo@talk.example", "--role", "user", "--role", "admin"}), 3,
              "cleo@talk.example " + one);
  CHECK(suite.acctl.in("talk", "select count(*) from app.users") == "2");
  check_ended(suite({"user", "invite", "cleo@talk.example", "--role-template", "manager"}), 0);
  CHECK(suite.roles("cleo") == "user");
  put_file(suite.acctl.folder.path() + "/people.csv", "email,role\ndora@talk.example,admin\neve@talk.example,\n");
  check_ended(suite({"user", "invite", "--file", suite.acctl.folder.path() + "/people.csv"}), 0);
  CHECK(suite.roles("dora") == "admin");
  CHECK(suite.roles("eve") == "user");
  // Who is a user already is left unchanged, and does not hear of a role that nobody has named.
  const Result again = suite({"user", "invite", "dora@talk.example"});
  check_ended(again, 0);
  CHECK_FALSE(contains(again.err, "does not hold role"));
  CHECK(suite.acctl.in("talk", "select count(*) from acctl.changes where kind = 'user_roles' and key like 'eve%'") ==
        "1");
}

TEST_CASE("granting a base role replaces the other one, and revoking the only one is refused") {
  const Suite suite;
  check_ended(suite({"role", "grant", "admin", "ben@talk.example", "--yes"}), 0);
  CHECK(suite.roles("ben") == "admin");
  check_ended(suite({"role", "grant", "user", "ben@talk.example", "--yes"}), 0);
  CHECK(suite.roles("ben") == "user");
  check_ended(suite({"role", "revoke", "user", "ben@talk.example", "--yes"}), 5, one);
  // For a time it is added: nobody is left without a role when that ends.
  check_ended(suite({"role", "grant", "admin", "ben@talk.example", "--until", "2099-01-01T00:00:00Z", "--yes"}), 0);
  CHECK(suite.roles("ben") == "admin user");
  // Custom roles are no base roles.
  check_ended(suite({"role", "clone", "user", "night", "--name", "Night"}), 0);
  check_ended(suite({"role", "grant", "night", "ben@talk.example"}), 0);
  CHECK(suite.roles("ben") == "admin night user");
}

TEST_CASE("files and lists give everybody one base role, and whoever leaves needs none") {
  const Suite suite;
  check_ended(suite.apply("users:\n  ben@talk.example: {roles: [admin, user]}\n"), 5, "ben@talk.example " + one);
  check_ended(suite.apply("users:\n  cleo@talk.example: {name: Cleo}\n"), 5, "cleo@talk.example " + one);
  check_ended(suite.apply("users:\n  cleo@talk.example: {roles: [user]}\n  ben@talk.example: {roles: [admin]}\n"), 0);
  put_file(suite.acctl.folder.path() + "/directory.csv",
           "email,external_id,idp,roles\ndora@talk.example,1,entra,\neve@talk.example,2,entra,admin user\n");
  const Result synced = suite({"user", "sync", "-f", suite.acctl.folder.path() + "/directory.csv", "--yes"});
  check_ended(synced, 6, "eve@talk.example " + one);
  CHECK(suite.roles("dora") == "user");
  check_ended(suite({"user", "delete", "dora@talk.example", "--revoke-roles", "--yes"}), 0);
  check_ended(suite.acctl({"user", "offboard", "cleo@talk.example", "--yes"}), 0);
  CHECK(suite.roles("cleo") == "");
}
