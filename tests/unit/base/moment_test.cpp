#include "provisioning/base/moment.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("a moment is read in any zone and compared in UTC") {
  CHECK(acctl::utc_moment("2027-01-31T18:00:00Z") == "2027-01-31T18:00:00Z");
  CHECK(acctl::utc_moment("2027-01-01T00:30:00+01:00") == "2026-12-31T23:30:00Z");
  CHECK(acctl::utc_moment("2028-02-29T23:30:00-01:00") == "2028-03-01T00:30:00Z");
  for (const char* none : {"", "2027-01-31", "2027-02-29T00:00:00Z", "2027-01-31T24:00:00Z", "2027-01-31 18:00:00Z",
                           "2027-01-31T18:00:00", "2027-01-31T18:00:00+1", "8h", "tomorrow"}) {
    INFO(none);
    CHECK(acctl::utc_moment(none).empty());
  }
  const std::string now = acctl::present_moment();
  CHECK(now > "2026-01-01T00:00:00Z");
  CHECK(acctl::utc_moment(now) == now);
}
