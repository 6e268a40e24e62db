// When the line that shows how far long work is stands there, and which of several steps it shows.
#include "cli/live_line.hpp"

#include "tests/support/catch.hpp"

using acctl::LiveLine;
using acctl::Step;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t wide = 79;

std::string due(LiveLine& line, LiveLine::Clock::time_point now) { return line.due(now, wide).value_or(""); }

}  // namespace

TEST_CASE("a step is drawn once somebody has waited for a second, and is gone with its end") {
  const auto start = LiveLine::Clock::now();
  LiveLine line(true, start);
  CHECK(due(line, start + 5s).empty());
  Step reading("reading tenant acme");
  line.begin(reading, start);
  CHECK(due(line, start + 900ms).empty());
  CHECK(due(line, reading.since() + 3s) == "reading tenant acme, 3s so far");
  line.end(reading);
  CHECK(due(line, start + 4s).empty());
  // What follows is seen at once: the wait is the same.
  const Step comparing("comparing");
  line.begin(comparing, start + 4s);
  CHECK(due(line, start + 4s).starts_with("comparing"));
  line.hush();
  CHECK(due(line, start + 9s).empty());
  const Step writing("writing", 10, "changes");
  line.begin(writing, start + 9s);
  CHECK(due(line, start + 9500ms).empty());
  CHECK(due(line, start + 10s).starts_with("[........................] writing 0 of 10 changes"));
}

TEST_CASE("what counts many things is shown rather than what is done with one of them") {
  const auto start = LiveLine::Clock::now();
  LiveLine line(true, start);
  Step one("planning", 1, "tenants");
  const Step reading("reading tenant acme");
  line.begin(one, start);
  line.begin(reading, start);
  CHECK(due(line, reading.since() + 2s) == "reading tenant acme, 2s so far");
  line.end(reading);
  line.end(one);
  Step several("planning", 4, "tenants");
  line.begin(several, start);
  line.begin(reading, start);
  several.advance(2);
  CHECK(due(line, several.since() + 2s) == "[############............] planning 2 of 4 tenants, 1.0/s, 2s left");
}

TEST_CASE("what stays in a log is said after two seconds, when there is something new, and now and then") {
  const auto start = LiveLine::Clock::now();
  LiveLine line(false, start);
  Step creating("creating", 500, "tenants");
  line.begin(creating, start);
  const auto at = creating.since();
  CHECK(due(line, at + 1900ms).empty());
  CHECK(due(line, at + 2s) == "creating 0 of 500 tenants, 2s so far");
  CHECK(due(line, at + 3s).empty());  // nothing new
  creating.advance();
  CHECK(due(line, at + 4s) == "creating 1 of 500 tenants, 0.2/s, 33m 16s left");
  creating.advance();
  CHECK(due(line, at + 4500ms).empty());  // too soon
  CHECK_FALSE(due(line, at + 5s).empty());
  CHECK(due(line, at + 14s).empty());
  CHECK_FALSE(due(line, at + 15s).empty());  // a sign of life
  // The longer it lasts, the more seldom.
  CHECK_FALSE(due(line, at + 1000s).empty());
  creating.advance();
  CHECK(due(line, at + 1029s).empty());
  CHECK_FALSE(due(line, at + 1030s).empty());
}
