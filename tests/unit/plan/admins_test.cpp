// Guards without a database: which of two limits counts, and when too few admins are left.
#include "provisioning/plan/admission.hpp"
#include "provisioning/plan/guards.hpp"
#include "tests/support/catch.hpp"

using acctl::Admins;
using acctl::GuardLimits;
using acctl::Guards;

TEST_CASE("of the limits of a file and of the command line the stricter ones count") {
  Guards guards;
  guards.min_admins = 3;
  GuardLimits limits;
  CHECK(stricter(guards, limits).min_admins == 3);
  for (const auto& [in_file, expected] : {std::pair(2, 3), {3, 3}, {4, 4}}) {
    limits.min_admins = in_file;
    CHECK(stricter(guards, limits).min_admins == expected);
  }
  CHECK(stricter(guards, limits).max_removals.size() == 1);
  limits.max_removals = acctl::Cap{.number = 5};
  CHECK(stricter(guards, limits).max_removals.size() == 2);
}

TEST_CASE("a run is refused when it takes away an admin who is needed, and not for what was so before", "[promise 6]") {
  struct Case {
    Admins before;
    Admins after;
    std::int64_t least;
    std::string why;  // "" where it is not refused
  };
  // active, invited, for a time
  for (const Case& each :
       std::vector<Case>{{{2, 0, 0}, {1, 0, 0}, 1, ""},
                         {{1, 0, 0},
                          {0, 0, 0},
                          1,
                          "at least 1 active admin whose role does not expire is required; this would leave 0"},
                         {{1, 0, 0}, {0, 0, 1}, 1, "this would leave 0"},
                         {{1, 1, 1}, {0, 1, 1}, 1, "this would leave 0"},
                         {{3, 0, 0},
                          {2, 0, 0},
                          3,
                          "at least 3 active admins whose role does not expire are required; this would leave 2"},
                         {{2, 0, 0}, {2, 0, 0}, 3, ""},
                         {{1, 0, 0}, {0, 0, 0}, 0, "not even an invited one"},
                         {{1, 1, 0}, {0, 1, 0}, 0, ""},
                         {{0, 1, 0}, {0, 0, 0}, 1, "not even an invited one"},
                         {{0, 1, 1}, {0, 0, 1}, 1, "not even an invited one"},
                         {{0, 2, 0}, {0, 1, 0}, 1, ""},
                         {{0, 2, 0},
                          {0, 1, 0},
                          2,
                          "at least 2 admins whose role does not expire are required; this would leave 1, with those "
                          "who are invited"},
                         {{1, 2, 0}, {1, 1, 0}, 3, "this would leave 2, with those who are invited"},
                         {{2, 1, 0}, {2, 0, 0}, 2, ""},
                         {{1, 0, 1}, {1, 0, 0}, 3, ""},
                         {{0, 0, 2}, {0, 0, 1}, 1, ""},
                         {{0, 0, 1}, {0, 0, 0}, 1, "not even one whose role expires"},
                         {{0, 0, 1}, {1, 0, 0}, 1, ""},
                         {{0, 0, 0}, {0, 0, 0}, 1, ""}}) {
    const auto refusal = too_few(each.before, each.after, each.least);
    INFO(each.before.active << each.before.invited << each.before.for_a_time << " -> " << each.after.active
                            << each.after.invited << each.after.for_a_time << " of " << each.least);
    CHECK(refusal.has_value() == !each.why.empty());
    if (refusal) CHECK_THAT(refusal->what(), Catch::Contains(each.why));
  }
}
