// Work on several threads whose results are shown in the order of its items.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>

#include "provisioning/base/error.hpp"
#include "provisioning/base/parallel.hpp"
#include "tests/support/catch.hpp"

using acctl::for_each_in_order;
using acctl::InOrder;

TEST_CASE("what many workers show comes in the order of the items, however long each of them takes") {
  std::string shown;
  acctl::Step step("showing", 200, "items");
  for_each_in_order(step, 8, [&](std::size_t index, const InOrder& in_order) {
    for (int part = 0; part < 20; ++part) {  // more than is kept ahead of the turn
      in_order([&shown, index] { shown += static_cast<char>('a' + index % 26); });
    }
  });
  REQUIRE(shown.size() == 4000);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i] != static_cast<char>('a' + i / 20 % 26)) FAIL("out of order at " << i);
  }
}

TEST_CASE("the last items of many wait for the first, and none is kept far ahead of it") {
  std::mutex mutex;
  std::condition_variable moved;
  std::size_t begun = 0;
  std::size_t most_ahead = 0;
  bool first_is_over = false;
  acctl::Step step("showing", 100, "items");
  for_each_in_order(step, 4, [&](std::size_t index, const InOrder&) {
    std::unique_lock lock(mutex);
    ++begun;
    if (!first_is_over) most_ahead = std::max(most_ahead, index);
    moved.notify_all();
    if (index != 0) return;
    moved.wait(lock, [&] { return begun == 8; });  // all that may begin before the first is over
    first_is_over = true;
  });
  CHECK(begun == 100);
  CHECK(most_ahead < 8);
}

TEST_CASE("an item that fails keeps nobody waiting, and what it threw is thrown") {
  std::atomic<int> shown = 0;
  const auto run = [&](bool in_step) {
    acctl::Step step("showing", 50, "items");
    for_each_in_order(step, 4, [&](std::size_t index, const InOrder& in_order) {
      for (int part = 0; part < 20; ++part) {
        in_order([&shown, index, in_step] {
          if (in_step && index == 3) throw std::runtime_error("three");
          ++shown;
        });
      }
      if (!in_step && index == 3) throw std::runtime_error("three");
    });
  };
  CHECK_THROWS_WITH(run(false), "three");
  CHECK_THROWS_WITH(run(true), "three");
  CHECK(shown >= 60);
}

TEST_CASE("what one of many throws is kept, but an interrupt ends the run") {
  using acctl::ErrorKind;
  CHECK_FALSE(acctl::catch_failure([] {}));
  const auto failure = acctl::catch_failure([] { throw acctl::Error(ErrorKind::conflict, "no"); });
  REQUIRE(failure);
  CHECK(failure->kind() == ErrorKind::conflict);
  CHECK_THROWS_AS(acctl::catch_failure([] { throw acctl::Error(ErrorKind::interrupted, "interrupted"); }),
                  acctl::Error);
}
