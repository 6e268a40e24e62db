// The law of undo, on random histories with the application writing in between.
//   ACCTL_UNDO_HISTORIES=20000   more of them
//   ACCTL_UNDO_SEED=17 ACCTL_UNDO_HISTORIES=1   the one that a failure names
#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/support/random_history.hpp"

using acctl::test::HistoryTenant;
using acctl::test::RandomHistory;

namespace {

unsigned setting(const char* name, unsigned otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

}  // namespace

TEST_CASE("law: undo restores exactly what a run changed, or is refused naming what came later", "[promise 14]") {
  const unsigned first = setting("ACCTL_UNDO_SEED", 0);
  const unsigned count = setting("ACCTL_UNDO_HISTORIES", 1000);
  HistoryTenant tenant;
  unsigned failed = 0;
  unsigned restored = 0;
  unsigned refused = 0;
  for (unsigned seed = first; seed < first + count && failed < 5; ++seed) {
    RandomHistory history(tenant, seed);
    history.run();
    restored += history.ended_restored() ? 1 : 0;
    refused += history.refused() > 0 ? 1 : 0;
    if (history.violation().empty()) continue;
    ++failed;
    FAIL_CHECK("ACCTL_UNDO_SEED=" << seed << " ACCTL_UNDO_HISTORIES=1\n" << history.violation());
  }
  // A law that everything is refused by, or that nothing is in the way of, would say little.
  INFO(restored << " of " << count << " histories end restored, in " << refused << " something was refused");
  if (count < 100) return;
  CHECK(restored * 100 >= 25 * count);
  CHECK(refused * 100 >= 20 * count);
}
