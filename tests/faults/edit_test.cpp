// The faults of the table in the design that can befall a change of configuration: a tenant is changed wholly or not
// at all, its ledger has the run exactly if it was changed, how the command ends agrees with that, and the same command
// again leads to what an undisturbed twin is.
#include "provisioning/database/connection.hpp"
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

TEST_CASE("fault 3: apply is killed at any message") { kill_everywhere(apply_file, 5); }
TEST_CASE("fault 3: import is killed at any message") { kill_everywhere(import_file, 7); }
TEST_CASE("fault 3: undo is killed at any message") { kill_everywhere(undo_run, 8); }

TEST_CASE("fault 3: user invite is killed at any message") { kill_everywhere(invite_people, 6); }
TEST_CASE("fault 3: user deactivate is killed at any message") { kill_everywhere(suspend_user, 7); }

TEST_CASE("fault 4: the connection of an apply is reset at any message, and a committed one is never called failed") {
  Experiments experiments(apply_file);
  sweep(1, 4, [&](int place) {
    const Fault fault{"recvfrom", "error=ECONNRESET", place};
    return experiments.attempt(fault.text(), {mishap(fault)}, {0, 4});
  });
  // What is not sent is never answered: that takes the whole time limit.
  sweep(2, 11, [&](int place) {
    const Fault fault{"sendto", "error=ECONNRESET", place};
    return experiments.attempt(fault.text(), {mishap(fault)}, {0, 4, 9}, {"--timeout", "1s"});
  });
  experiments.check_felt();
}

TEST_CASE("fault 5: the apply that goes on is killed too") {
  Experiments experiments(apply_file);
  sweep(5, 6, [&](int place) {
    const Fault one{"recvfrom", killed, place};
    const Fault two{"sendto", killed, place + 2};
    return experiments.attempt(one.text() + ", " + two.text(), {mishap(one), mishap(two)}, {137});
  });
  experiments.check_felt();
}

TEST_CASE("fault 6: SIGINT and SIGTERM at any message of an apply") {
  for (const auto& [effect, status] : {std::pair{"signal=SIGINT", 130}, {"signal=SIGTERM", 143}}) {
    Experiments experiments(apply_file);
    // At its last messages the work is done, and the signal comes too late.
    sweep(status == 130 ? 1 : 4, 7, [&, status = status, effect = effect](int place) {
      const Fault fault{"sendto", effect, place};
      return experiments.attempt(fault.text(), {mishap(fault)}, {0, status});
    });
    experiments.check_felt();
  }
}

TEST_CASE("fault 7: the backends of an apply are terminated at any step") {
  Experiments experiments(apply_file);
  sweep(2, 3, [&](int place) {
    const auto act = [](const TestPlatform& platform) { end_sessions(platform.cluster); };
    // 0: the last messages say good-bye.
    return experiments.attempt("terminated at " + std::to_string(place), {meanwhile(place, act)}, {0, 4});
  });
  experiments.check_felt();
}

TEST_CASE("fault 17: a hand edit at any step of an apply is seen or kept, never lost") {
  const TestPlatform platform;
  int count = 0;
  sweep(2, 3, [&](int place) {
    const std::string slug = "edited-" + std::to_string(++count);
    apply_file.prepare(platform, slug);
    StoppedRun run(place, platform.acctl, apply_file.words(slug));
    // Where the apply has the lock already, the edit waits for it and comes after.
    auto edit = std::async(std::launch::async, [&] {
      acctl::Connection app(platform.cluster.dsn(platform.app_role(slug), slug), {});
      app.query("update app.roles set description = 'by hand' where key = 'team-lead'");
    });
    const FaultyRun ended = run.go_on();
    edit.get();
    INFO(place << ": " << ended.result.err);
    CHECK(ended.result.status == 0);
    CHECK(platform.in(slug, "select description from app.roles where key = 'team-lead'") == "by hand");
    CHECK(platform.in(slug, "select count(*) from app.roles where key in ('assistant', 'another')") == "2");
    CHECK(complaints(platform) == "");
    must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
    return ended.hit;
  });
}
