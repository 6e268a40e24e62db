// user invite --temporary-password-file: hashed with a salt, to be changed, and shown nowhere.
#include <sys/stat.h>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string password = "Tr0ub4dor-and-staple";

struct Desk : TenantFixture {
  std::string path = acctl.folder.path() + "/password";

  explicit Desk(const std::string& text = password + "\n") { put(text); }

  void put(const std::string& text, mode_t mode = 0600) const {
    put_file(path, text);
    REQUIRE(chmod(path.c_str(), mode) == 0);
  }

  Result invite(const std::string& email, std::vector<std::string> more = {}, const std::string& input = "") const {
    std::vector<std::string> words = {"user", "invite", email, "--temporary-password-file", path};
    words.insert(words.end(), more.begin(), more.end());
    return (*this)(words, input);
  }
};

}  // namespace

TEST_CASE("a temporary password is stored as a salted hash that must be changed, and shown nowhere") {
  const Desk desk;
  const Result invited = desk.invite("ben@acme.example", {"-v", "--print-link", "-o", "json"});
  check_ended(invited, 0);
  CHECK(desk.in("select c.must_change::text || ' ' || (c.password_hash ~ '^pbkdf2_sha256\\$600000\\$')::text || ' ' || "
                "u.status from app.credentials c join app.users u on u.id = c.user_id") == "true true invited");
  CHECK_FALSE(contains(desk.everything(), password));
  CHECK_FALSE(contains(invited.out + invited.err, password));
  CHECK_FALSE(contains(invited.out + invited.err, "pbkdf2"));
  // Two who are given the same password cannot be told by their hashes.
  check_ended(desk.invite("cleo@acme.example"), 0);
  CHECK(desk.in("select count(distinct password_hash) from app.credentials") == "2");
}

TEST_CASE("who exists already keeps their password, a dry run sets none") {
  const Desk desk;
  check_ended(desk.invite("ben@acme.example", {"--dry-run"}), 0);
  CHECK(desk.in("select count(*) from app.credentials") == "0");
  check_ended(desk.invite("ben@acme.example"), 0);
  const std::string before = desk.in("select password_hash from app.credentials");
  desk.put("another-Passw0rd");
  check_ended(desk.invite("ben@acme.example"), 0, "the temporary password is not set");
  CHECK(desk.in("select password_hash from app.credentials") == before);
}

TEST_CASE("a password that others can read, or that is no password, is refused without a word of it", "[promise 9]") {
  const Desk desk;
  const auto refused = [&](const Result& result, const std::string& why) {
    check_ended(result, 3, why);
    CHECK_FALSE(contains(result.err, password));
    CHECK(desk.in("select count(*) from app.users") == "1");
  };
  desk.put(password, 0644);
  refused(desk.invite("ben@acme.example"), desk.path);
  desk.put("short-one\n");
  refused(desk.invite("ben@acme.example"), "12 to 128 characters");
  desk.put("aaaaaaaaaaaaaaaa\n");
  refused(desk.invite("ben@acme.example"), "more different characters");
  desk.put("two lines of\nwords here\n");
  refused(desk.invite("ben@acme.example"), "one line of text");
  desk.put("ben-has-a-password\n");
  refused(desk.invite("ben@acme.example"), "does not contain the user's address");
  desk.put(password);
  refused(desk.invite("ben@acme.example", {"cleo@acme.example"}), "applies to a single user");
  refused(desk.invite("ben@acme.example", {"--idp", "entra"}), "cannot be combined with --idp entra");
}
