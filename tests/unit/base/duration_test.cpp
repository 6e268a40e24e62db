#include "provisioning/base/duration.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("a duration carries its unit") {
  CHECK(parse_duration("t", "500ms") == 500ms);
  CHECK(parse_duration("t", "30s") == 30s);
  CHECK(parse_duration("t", "5m") == 5min);
  CHECK(parse_duration("t", "8h") == 8h);
  CHECK(parse_duration("t", "30d") == 720h);
  CHECK(parse_duration("t", "10000d") == 240'000h);
  CHECK(parse_duration("t", "0") == 0ms);
  CHECK(parse_duration("t", "0d") == 0ms);
}

TEST_CASE("what is no duration is refused with what it is for") {
  for (const char* bad : {"",
                          "5",
                          "d",
                          "-1h",
                          "-0",
                          "-0s",
                          "+5s",
                          " 5s",
                          "5 s",
                          "5s ",
                          "5S",
                          "1.5h",
                          "1e3s",
                          "1h30m",
                          "10001d",
                          "99999d",
                          "9223372036854775807d",
                          "9223372036854775808ms",
                          "5w",
                          "0x5s"}) {
    INFO(bad);
    try {
      parse_duration("--hold", bad);
      FAIL("taken");
    } catch (const acctl::Error& error) {
      CHECK(error.kind() == acctl::ErrorKind::invalid);
      CHECK(error.what() == "--hold: '" + std::string(bad) + "' is not a duration");
      CHECK_FALSE(error.hint().empty());
    }
  }
}
