#include "tests/faults/experiments.hpp"

#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

namespace acctl::test {

namespace {

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& line : all) text += line + "\n";
  return text;
}

}  // namespace

void must_succeed(const TestPlatform& platform, const Words& words) {
  const Result result = platform(words);
  INFO(result.err);
  REQUIRE(result.status == 0);
}

namespace {

void create(const TestPlatform& platform, const std::string& slug) { must_succeed(platform, create_words(slug)); }

void create_and_suspend(const TestPlatform& platform, const std::string& slug) {
  create(platform, slug);
  must_succeed(platform, {"tenant", "suspend", slug});
}

void create_and_hold(const TestPlatform& platform, const std::string& slug) {
  create(platform, slug);
  must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug});
}

}  // namespace

void create_half(const TestPlatform& platform, const std::string& slug) {
  static int place = 8;  // found by the first call
  const std::string copied = "select count(*) from pg_database where not datallowconn and datname = '" + slug + "'";
  for (;; ++place) {
    REQUIRE(run_with({"recvfrom", killed, place}, platform.acctl, create_words(slug)).hit);
    if (platform.control(copied) == "1") return;
    must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
  }
}

void drop_templates(const Cluster& cluster) {
  const std::string ours = " where datname like 'acctl\\_template\\_%'";
  cluster.query("postgres", "update pg_database set datistemplate = false" + ours);
  std::istringstream names(cluster.query("postgres", "select datname from pg_database" + ours));
  for (std::string name; std::getline(names, name);) cluster.query("postgres", "drop database " + name);
}

const Subject warm_create = {[](const TestPlatform&, const std::string&) {},
                             [](const std::string& slug) { return create_words(slug); }};
const Subject cold_create = {[](const TestPlatform& platform, const std::string&) { drop_templates(platform.cluster); },
                             [](const std::string& slug) { return create_words(slug); }};
const Subject retry = {create_half, [](const std::string& slug) -> Words { return {"tenant", "retry", slug}; }};
const Subject suspend = {create, [](const std::string& slug) -> Words { return {"tenant", "suspend", slug}; }};
const Subject resume = {create_and_suspend,
                        [](const std::string& slug) -> Words { return {"tenant", "resume", slug}; }};
const Subject bring_back = {create_and_hold,
                            [](const std::string& slug) -> Words { return {"tenant", "resume", slug}; }};
const Subject hold = {create,
                      [](const std::string& slug) -> Words { return {"tenant", "delete", slug, "--confirm", slug}; }};
const Subject drop = {create, [](const std::string& slug) -> Words {
                        return {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"};
                      }};

std::string complaints(const TestPlatform& platform, const std::string& in_flight) {
  return lines(violations({.cluster = platform.cluster, .in_flight = in_flight}));
}

Mishap mishap(const Fault& fault) {
  return [fault](const TestPlatform& platform, const Words& words) { return run_with(fault, platform.acctl, words); };
}

Experiments::Experiments(const Subject& subject) : subject_(subject) {
  subject_.prepare(platform, "faulty-0");
  must_succeed(platform, subject_.words("faulty-0"));
  twin_ = portrait({platform.cluster}, "faulty-0");
  CHECK(complaints(platform) == "");
  remove("faulty-0");
}

bool Experiments::attempt(const std::string& name, const std::vector<Mishap>& mishaps, const std::vector<int>& allowed,
                          const Words& more) {
  const std::string slug = "faulty-" + std::to_string(++count_);
  INFO(name << ", tenant " << slug);
  subject_.prepare(platform, slug);
  Words words = subject_.words(slug);
  words.insert(words.end(), more.begin(), more.end());
  bool struck = false;
  for (const Mishap& befall : mishaps) {
    const FaultyRun run = befall(platform, words);
    struck |= run.hit && &befall == &mishaps.front();
    INFO("it ended with " << run.result.status << ": " << run.result.err);
    CHECK_THAT(run.hit ? allowed : std::vector<int>{0}, Catch::Matchers::VectorContains(run.result.status));
    CHECK(complaints(platform, slug) == "");
  }
  const Result again = platform(subject_.words(slug));
  INFO("run again: " << again.err);
  CHECK(again.status == 0);
  CHECK(complaints(platform) == "");
  CHECK(difference(twin_, portrait({platform.cluster}, slug)) == "");
  remove(slug);
  return struck;
}

// So that the oracle has less to look at the next time; and so that what was once broken off can be deleted.
void Experiments::remove(const std::string& slug) {
  must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
}

}  // namespace acctl::test
