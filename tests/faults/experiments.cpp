#include "tests/faults/experiments.hpp"

#include <map>
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
  must_succeed(platform, {"tenant", "suspend", slug, "--yes"});
}

void create_and_hold(const TestPlatform& platform, const std::string& slug) {
  create(platform, slug);
  must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug});
}

}  // namespace

void create_half(const TestPlatform& platform, const std::string& slug) {
  static int place = 4;  // found by the first call
  if (platform.control("select count(*) from acctl.settings where key = 'key_fingerprint'") == "0") {
    // The first tenant takes a few messages more than all others: the platform's key is made.
    create(platform, "first");
    must_succeed(platform, {"tenant", "delete", "first", "--confirm", "first", "--hold", "0"});
  }
  const std::string copied = "select count(*) from pg_database where not datallowconn and datname = '" + slug + "'";
  // The server may notice before its copy is complete that nobody waits for it, and take it back: another round then.
  for (int rounds = 0;; ++place) {
    const bool hit = run_with({"recvfrom", killed, place}, platform.acctl, create_words(slug)).hit;
    eventually([&] {
      return platform.control(
                 "select count(*) from pg_stat_activity where query ilike 'create database%' and state = "
                 "'active'") == "0";
    });
    if (hit && platform.control(copied) == "1") return;
    if (!hit) {
      REQUIRE(++rounds < 5);
      place = 3;
    }
    if (platform.control("select count(*) from acctl.tenants where slug = '" + slug + "'") == "0") continue;
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
const Subject suspend = {create, [](const std::string& slug) -> Words { return {"tenant", "suspend", slug, "--yes"}; }};
const Subject resume = {create_and_suspend,
                        [](const std::string& slug) -> Words { return {"tenant", "resume", slug}; }};
const Subject purge = {
    [](const TestPlatform& platform, const std::string& slug) {
      create_and_hold(platform, slug);
      platform.control("update acctl.tenants set hold_until = now() - interval '1 s' where slug = '" + slug + "'");
    },
    [](const std::string& slug) -> Words { return {"tenant", "purge", slug, "--yes"}; }};
const Subject bring_back = {create_and_hold,
                            [](const std::string& slug) -> Words { return {"tenant", "resume", slug}; }};
const Subject hold = {create,
                      [](const std::string& slug) -> Words { return {"tenant", "delete", slug, "--confirm", slug}; }};
const Subject drop = {create, [](const std::string& slug) -> Words {
                        return {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"};
                      }};

namespace {

Words edit_words(const std::string& verb, const std::string& file, const std::string& slug) {
  return {verb, "-f", ACCTL_SOURCE "/tests/faults/" + file, "-t", slug, "--yes"};
}

}  // namespace

void create_and_apply(const TestPlatform& platform, const std::string& slug) {
  create(platform, slug);
  must_succeed(platform, edit_words("apply", "before.yaml", slug));
}

namespace {

Words apply_words(const std::string& slug) {
  Words words = edit_words("apply", "after.yaml", slug);
  words.emplace_back("--prune");
  return words;
}

std::map<std::string, std::string>& applied_runs() {
  static std::map<std::string, std::string> runs;
  return runs;
}

void apply_and_remember(const TestPlatform& platform, const std::string& slug) {
  create_and_apply(platform, slug);
  must_succeed(platform, apply_words(slug));
  applied_runs()[slug] = platform.in(slug, "select run from acctl.runs order by id desc limit 1");
}

}  // namespace

const Subject apply_file = {.prepare = create_and_apply, .words = apply_words, .atomic = true};
const Subject import_file = {.prepare = create_and_apply,
                             .words = [](const std::string& slug) -> Words {
                               Words words = edit_words("import", "import.yaml", slug);
                               words.emplace_back("--edited");
                               return words;
                             },
                             .atomic = true};
const Subject undo_run = {.prepare = apply_and_remember,
                          .words = [](const std::string& slug) -> Words {
                            return {"undo",  applied_runs()[slug], "-t",           slug,
                                    "--yes", "--allow-removal",    "roles/another"};
                          },
                          .atomic = true,
                          .done_already = 7};

const Subject invite_people = {
    .prepare = create_and_apply,
    .words = [](const std::string& slug) -> Words {
      return {"user", "invite", "dan@faults.example", "eve@faults.example", "--role", "helper", "-t", slug};
    },
    .atomic = true};
const Subject suspend_user = {.prepare = create_and_apply,
                              .words = [](const std::string& slug) -> Words {
                                return {"user", "deactivate", "ben@faults.example", "-t", slug, "--yes"};
                              },
                              .atomic = true};

std::string complaints(const TestPlatform& platform, const std::string& in_flight) {
  return lines(violations({.cluster = platform.cluster, .in_flight = in_flight}));
}

Mishap mishap(const Fault& fault) {
  return [fault](const TestPlatform& platform, const Words& words) { return run_with(fault, platform.acctl, words); };
}

Mishap meanwhile(int place, const std::function<void(const TestPlatform&)>& act) {
  return [place, act](const TestPlatform& platform, const Words& words) {
    StoppedRun run(place, platform.acctl, words);
    if (run.stopped()) act(platform);
    return run.go_on();
  };
}

void end_sessions(const Cluster& cluster, const std::string& pattern) {
  const std::string whose =
      " from pg_stat_activity where application_name like 'acctl/%' and backend_type = 'client backend' and datname "
      "like '" +
      pattern + "'";
  // Each time anew: a session that was still starting is seen only later.
  const auto gone = [&] {
    cluster.query("postgres", "select pg_terminate_backend(pid)" + whose);
    return cluster.query("postgres", "select count(*)" + whose) == "0";
  };
  REQUIRE(eventually(gone));
}

Experiments::Experiments(const Subject& subject) : subject_(subject) {
  subject_.prepare(platform, "faulty-0");
  if (subject_.atomic) before_ = canonical_state({platform.cluster}, "faulty-0");
  must_succeed(platform, subject_.words("faulty-0"));
  twin_ = canonical_state({platform.cluster}, "faulty-0");
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
  std::size_t struck = 0;
  for (const Mishap& befall : mishaps) {
    const FaultyRun run = befall(platform, words);
    if (run.hit && struck == static_cast<std::size_t>(&befall - mishaps.data())) ++struck;
    if (run.hit && run.result.status != 0) ++felt_;
    INFO("it ended with " << run.result.status << ": " << run.result.err);
    CHECK_THAT(run.hit ? allowed : std::vector<int>{0}, Catch::Matchers::VectorContains(run.result.status));
    CHECK(complaints(platform, slug) == "");
    if (subject_.atomic) check_atomic(slug, run.result.status);
  }
  const Result again = platform(subject_.words(slug));
  INFO("run again: " << again.err);
  CHECK((again.status == 0 || again.status == subject_.done_already));
  CHECK(complaints(platform) == "");
  CHECK(difference(twin_, canonical_state({platform.cluster}, slug)) == "");
  remove(slug);
  all_struck_ |= struck == mishaps.size();
  return struck > 0;
}

void Experiments::check_felt() const {
  CHECK((felt_ > 0 || one_place_only()));
  CHECK((all_struck_ || one_place_only()));
}

void kill_everywhere(const Subject& subject, int stride) {
  Experiments experiments(subject);
  for (const std::string call : {"sendto", "recvfrom"}) {
    const int first = call == "sendto" ? 1 : 1 + stride / 2;
    sweep(first, stride, [&](int place) {
      const Fault fault{call, killed, place};
      return experiments.attempt(fault.text(), {mishap(fault)}, {137});
    });
  }
  experiments.check_felt();
}

void Experiments::check_atomic(const std::string& slug, int status) const {
  const std::vector<std::string> now = canonical_state({platform.cluster}, slug);
  const bool done = difference(twin_, now).empty();
  if (!done) CHECK(difference(before_, now) == "");
  // Who was killed says nothing; and an interrupt that comes while the answer to a commit is on its way leaves open
  // whether there was something left to roll back.
  if (status != 137 && status != 130 && status != 143) CHECK(done == (status == 0));
}

// So that the oracle has less to look at the next time; and so that what was once broken off can be deleted.
void Experiments::remove(const std::string& slug) {
  must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
}

}  // namespace acctl::test
