// The verifier of a password is what PostgreSQL itself would store.
#include "provisioning/database/scram.hpp"

#include "tests/support/catch.hpp"

// Made by another implementation (Python's hashlib); that a server takes it is seen in
// tests/cli/tenant/connect_test.cpp.
TEST_CASE("a password becomes a SCRAM verifier") {
  CHECK(
      acctl::scram_verifier(acctl::Secret("pencil"), "0123456789abcdef") ==
      "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$nQpbZ77WudtqufPwikHXGRt6g2QJ4zns8bZLw273DRM=:jn2amWP1q1h+jgjy0YTO14S6/F02SV7taipOeB7ef20=");
}
