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

// In four parts, which CTest runs side by side.
void try_quarter(unsigned part) {
  const unsigned all = setting("ACCTL_UNDO_HISTORIES", 1000);
  const unsigned count = (all + 3 - part) / 4;
  unsigned seed = setting("ACCTL_UNDO_SEED", 0);
  for (unsigned before = 0; before < part; ++before) seed += (all + 3 - before) / 4;
  if (count == 0) return;
  HistoryTenant tenant;
  unsigned failed = 0;
  unsigned restored = 0;
  unsigned refused = 0;
  for (const unsigned end = seed + count; seed < end && failed < 5; ++seed) {
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
  CHECK(refused * 100 >= 12 * count);
}

}  // namespace

TEST_CASE("law: undo restores exactly what a run changed, or is refused naming what came later (1 of 4)",
          "[promise 14]") {
  try_quarter(0);
}

TEST_CASE("law: undo restores exactly what a run changed, or is refused naming what came later (2 of 4)",
          "[promise 14]") {
  try_quarter(1);
}

TEST_CASE("law: undo restores exactly what a run changed, or is refused naming what came later (3 of 4)",
          "[promise 14]") {
  try_quarter(2);
}

TEST_CASE("law: undo restores exactly what a run changed, or is refused naming what came later (4 of 4)",
          "[promise 14]") {
  try_quarter(3);
}
