// How far long work is, how fast it goes and how long it takes.
#include "cli/progress.hpp"

#include "provisioning/base/text.hpp"
#include "tests/support/catch.hpp"

using acctl::progress_bar;
using acctl::progress_words;
using namespace std::chrono_literals;

TEST_CASE("progress tells its rate and the time that is left once they are known") {
  CHECK(progress_words({3, 500, "tenants", 900ms}) == "3 of 500 tenants");
  CHECK(progress_words({90, 500, "tenants", 2s}) == "90 of 500 tenants, 45/s, 9s left");
  CHECK(progress_words({10, 500, "tenants", 10s}) == "10 of 500 tenants, 1.0/s, 8m 10s left");
  CHECK(progress_words({1, 9'000, "tenants", 1s}) == "1 of 9000 tenants, 1.0/s, 2h 29m left");
  CHECK(progress_words({500, 500, "tenants", 10s}) == "500 of 500 tenants, 50/s");
  CHECK(progress_words({2'000, 0, "entries verified", 2s}) == "2000 entries verified, 1000/s");
  CHECK(progress_words({0, 5, "tenants", 900ms}) == "0 of 5 tenants");
  CHECK(progress_words({0, 5, "tenants", 3s}) == "0 of 5 tenants, 3s so far");
  CHECK(progress_words({90, 500, "changes", 2s, "writing"}) == "writing 90 of 500 changes, 45/s, 9s left");
  CHECK(progress_words({0, 0, "", 62s, "reading tenant acme"}) == "reading tenant acme, 1m 2s so far");
  CHECK(progress_words({0, 1, "tenants", 3s, "changing"}) == "changing 1 tenant, 3s so far");
}

TEST_CASE("a bar takes what room there is and never more") {
  CHECK(progress_bar({250, 500, "tenants", 0s}, 79) == "[############............] 250 of 500 tenants");
  CHECK(progress_bar({500, 500, "tenants", 0s}, 79) == "[########################] 500 of 500 tenants");
  for (std::size_t columns = 1; columns < 90; ++columns) {
    CHECK(acctl::display_width(progress_bar({123, 500, "tenants", 5s}, columns)) <= columns);
  }
  CHECK(progress_bar({5, 0, "entries verified", 0s}, 79) == "5 entries verified");
  CHECK(progress_bar({0, 1, "tenants", 3s, "changing"}, 79) == "changing 1 tenant, 3s so far");
}
