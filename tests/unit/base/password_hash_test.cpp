#include "provisioning/base/password_hash.hpp"

#include <regex>

#include "tests/support/catch.hpp"

using acctl::hash_password;
using acctl::Secret;

TEST_CASE("passwords are hashed as PBKDF2 says") {
  // The first vector of RFC 7914, section 11, cut to 32 bytes; the others by Python's hashlib, one with a key that is
  // longer than a block.
  CHECK(hash_password(Secret("passwd"), "salt", 1) ==
        "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=");
  CHECK(hash_password(Secret("password"), "salt", 2) ==
        "pbkdf2_sha256$2$salt$rk0Mla9rRtMtCt/5KPBt0CowP47zwlHf1uLYWpVHTEM=");
  CHECK(hash_password(Secret(std::string(100, 'p')), "salt", 3) ==
        "pbkdf2_sha256$3$salt$9ZgnLTXiyidqwHaUzwFjbE1kOtMHWVZHfP3YPtpG2fY=");
}

TEST_CASE("the same password never gives the same hash, and the database takes it") {
  const std::string one = hash_password(Secret("correct horse battery"));
  CHECK(std::regex_match(one, std::regex(R"(pbkdf2_sha256\$600000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=)")));
  CHECK(one != hash_password(Secret("correct horse battery")));
}
