// Faults 1 to 6 of the table in the design: acctl is killed, interrupted or cut off at its N-th message, N = 1, 2 …
// After that the oracle must be content, the same command without a fault must end with 0, and the tenant must be what
// a twin is that nothing ever happened to. How to run all places or one: injection.hpp.
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

using namespace acctl::test;

TEST_CASE("faults 1 and 2: tenant create is killed at any message", "[promise 1]") { kill_everywhere(warm_create, 5); }
TEST_CASE("faults 1 and 2: tenant create is killed while it makes the template") { kill_everywhere(cold_create, 19); }
TEST_CASE("faults 1 and 2: tenant retry is killed at any message") { kill_everywhere(retry, 8); }
TEST_CASE("fault 3: tenant suspend is killed at any message") { kill_everywhere(suspend, 5); }
TEST_CASE("fault 3: tenant resume is killed at any message") { kill_everywhere(resume, 5); }
TEST_CASE("fault 3: tenant resume is killed while it brings back a held tenant") { kill_everywhere(bring_back, 6); }
TEST_CASE("fault 3: tenant delete is killed at any message") { kill_everywhere(hold, 7); }
TEST_CASE("fault 3: tenant delete --hold 0 is killed at any message") { kill_everywhere(drop, 7); }

TEST_CASE("fault 3: tenant purge is killed at any message") { kill_everywhere(purge, 7); }

// Another command than the broken off one must not take half a thing for a whole.
TEST_CASE("fault 3: what a killed command left can be turned back") {
  const TestPlatform platform;
  const std::vector<std::pair<Subject, Words>> turns = {{hold, {"tenant", "resume"}},
                                                        {drop, {"tenant", "resume"}},
                                                        {suspend, {"tenant", "resume"}},
                                                        {resume, {"tenant", "suspend"}},
                                                        {bring_back, {"tenant", "suspend"}}};
  int count = 0;
  for (const auto& [subject, turn] : turns) {
    sweep(9, 3, [&, subject = subject, turn = turn](int place) {
      const std::string slug = "faulty-" + std::to_string(++count);
      subject.prepare(platform, slug);
      const FaultyRun run = run_with({"sendto", killed, place}, platform.acctl, subject.words(slug));
      const Result back = platform({turn[0], turn[1], slug, "--yes"});
      INFO(subject.words(slug)[1] << " killed at " << place << ", then " << turn[1] << ": " << back.status << back.err);
      // 7: it is dropped already, or was not suspended yet.
      CHECK_THAT((std::vector<int>{0, 7}), Catch::Matchers::VectorContains(back.status));
      CHECK(complaints(platform, back.status == 0 ? "" : slug) == "");
      must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
      CHECK(complaints(platform) == "");
      return run.hit;
    });
  }
}

TEST_CASE("fault 4: the connection is reset at any message") {
  Experiments experiments(warm_create);
  sweep(2, 4, [&](int place) {
    const Fault fault{"recvfrom", "error=ECONNRESET", place};
    return experiments.attempt(fault.text(), {mishap(fault)}, {0, 4});
  });
  // What is not sent is never answered: that takes the whole time limit.
  sweep(3, 11, [&](int place) {
    const Fault fault{"sendto", "error=ECONNRESET", place};
    return experiments.attempt(fault.text(), {mishap(fault)}, {0, 4}, {"--timeout", "1s"});
  });
  experiments.check_felt();
}

TEST_CASE("fault 5: the run that goes on is killed too") {
  Experiments experiments(warm_create);
  for (const int second : {9, 14, 20}) {
    sweep(12, 6, [&](int place) {
      const Fault one{"recvfrom", killed, place};
      const Fault two{"sendto", killed, second};
      return experiments.attempt(one.text() + ", " + two.text(), {mishap(one), mishap(two)}, {137});
    });
  }
  experiments.check_felt();
}

TEST_CASE("fault 6: SIGINT and SIGTERM at any message") {
  for (const auto& [effect, status] : {std::pair{"signal=SIGINT", 130}, {"signal=SIGTERM", 143}}) {
    Experiments experiments(status == 130 ? warm_create : drop);
    // At its last messages the work is done, and the signal comes too late.
    sweep(2, 5, [&, status = status, effect = effect](int place) {
      const Fault fault{"sendto", effect, place};
      return experiments.attempt(fault.text(), {mishap(fault)}, {0, status});
    });
    experiments.check_felt();
  }
}

// Makes the control database, the shared roles and the first rows, on a server that has none of them.
TEST_CASE("fault 3: platform init is killed at any message") {
  const Cluster cluster;
  const TemporaryFolder folder;
  Acctl acctl(folder.path());
  acctl.environment["ACCTL_DATABASE_URL"] = cluster.url("acctl", "registry");
  const Words init = {"platform", "init", "--storage-root", folder.path() + "/storage"};
  const auto forget = [&] {
    cluster.query("postgres", "drop database if exists registry");
    cluster.query("postgres", "drop role if exists acctl_app, acctl_operator, acctl_provisioner, acctl_owner");
  };
  const auto attempt = [&](const Fault& fault) {
    forget();
    const FaultyRun run = run_with(fault, acctl, init);
    INFO(fault.text() << " ended with " << run.result.status << ": " << run.result.err);
    CHECK(run.result.status == (run.hit ? 137 : 0));
    // What is half made is not used: a tenant would get a name and a folder that begin with nothing.
    if (run.hit)
      CHECK_THAT((std::vector<int>{0, 1, 4}), Catch::Matchers::VectorContains(acctl({"tenant", "list"}).status));
    const Result again = acctl(init);
    INFO("run again: " << again.err);
    CHECK(again.status == 0);
    CHECK(violations({.cluster = cluster, .control = "registry"}).empty());
    const Result tenant = fault.when % 8 == 1 ? acctl(create_words("first")) : Result{.status = 0};
    CHECK(tenant.status == 0);
    if (fault.when % 8 == 1)
      CHECK(acctl({"tenant", "delete", "first", "--confirm", "first", "--hold", "0"}).status == 0);
    drop_templates(cluster);
    return run.hit;
  };
  for (const std::string call : {"sendto", "recvfrom"}) {
    sweep(call == "sendto" ? 2 : 1, 5, [&](int place) { return attempt({call, killed, place}); });
  }
}
