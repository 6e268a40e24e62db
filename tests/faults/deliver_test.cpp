// Faults 3 and 18 of the table in the design: what sends mail is broken off at any message to the database and at any
// step of writing a mail. Afterwards the oracle has nothing to complain of, the same command again finishes, each mail
// is there once, and one that was there already is the same to the byte.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/oracle.hpp"

using namespace acctl::test;

namespace {

namespace fs = std::filesystem;

// What a tenant is given before, with mails that wait, and the command.
struct Sender {
  std::function<void(const TestPlatform&, const std::string& slug)> prepare;
  std::function<Words(const std::string& slug)> words;
  // It sends what its own run has queued: what was queued by a run that was killed is sent by another command.
  bool own_mails_only = false;
};

Words invitations(const std::string& slug) {
  return {"user", "invite", "dan@faults.example", "eve@faults.example", "fay@faults.example", "-t", slug};
}

const Sender deliver = {
    .prepare = [](const TestPlatform& platform, const std::string& slug) { must_succeed(platform, invitations(slug)); },
    .words = [](const std::string& slug) -> Words { return {"outbox", "deliver", "-t", slug}; }};
const Sender invite = {
    .prepare = [](const TestPlatform&, const std::string&) {}, .words = invitations, .own_mails_only = true};

std::string folder_of(const TestPlatform& platform, const std::string& slug) {
  return platform.folder.path() + "/mail-" + slug;
}

// Name and text of each mail in the tenant's Maildir.
std::map<std::string, std::string> mails_of(const TestPlatform& platform, const std::string& slug) {
  std::map<std::string, std::string> mails;
  const std::string folder = folder_of(platform, slug) + "/new";
  if (!fs::exists(folder)) return mails;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    mails[entry.path().filename()] = text.str();
  }
  return mails;
}

// One platform, a new tenant for each attempt, and a twin that nothing happened to.
class Deliveries {
 public:
  explicit Deliveries(const Sender& sender) : sender_(sender) {
    prepare("faulty-0");
    finish("faulty-0");
    twin_ = canonical_state({platform_.cluster}, "faulty-0");
    remove("faulty-0");
  }

  // True when the fault struck.
  [[nodiscard]] bool attempt(const Fault& fault, const std::vector<int>& allowed) {
    const std::string slug = "faulty-" + std::to_string(++count_);
    INFO(fault.text() << ", tenant " << slug);
    prepare(slug);
    const FaultyRun run = run_with(fault, platform_.acctl, sender_.words(slug));
    INFO("it ended with " << run.result.status << ": " << run.result.err);
    CHECK_THAT(run.hit ? allowed : std::vector<int>{0}, Catch::Matchers::VectorContains(run.result.status));
    CHECK(complaints(platform_, slug) == "");
    const auto before = mails_of(platform_, slug);
    finish(slug);
    const auto after = mails_of(platform_, slug);
    for (const auto& [name, text] : before) CHECK((after.contains(name) && after.at(name) == text));
    CHECK(difference(twin_, canonical_state({platform_.cluster}, slug)) == "");
    remove(slug);
    if (run.hit && run.result.status != 0) ++felt_;
    return run.hit;
  }

  // Fails the test unless some run that was struck felt it.
  void check_felt() const { CHECK((felt_ > 0 || one_place_only())); }

 private:
  void prepare(const std::string& slug) {
    platform_.control("delete from acctl.settings where key = 'mail'");
    must_succeed(platform_, create_words(slug));
    platform_.in(slug, "delete from app.outbox");  // the first admin's, which is no part of this
    sender_.prepare(platform_, slug);
    set_mail(platform_, "transport: maildir, folder: " + folder_of(platform_, slug) + ", from: a@help.example");
  }

  // The same command again, and each mail is where it should be.
  void finish(const std::string& slug) {
    must_succeed(platform_, sender_.words(slug));
    if (sender_.own_mails_only) must_succeed(platform_, {"outbox", "deliver", "-t", slug});
    CHECK(complaints(platform_) == "");
    CHECK(platform_.in(slug, "select string_agg(status, ' ') from app.outbox") == "sent sent sent");
    std::string names;
    for (const auto& [name, text] : mails_of(platform_, slug)) names += name + "\n";
    CHECK(names == platform_.in(slug, "select id || '.acctl' from app.outbox order by id::text") + "\n");
  }

  void remove(const std::string& slug) {
    must_succeed(platform_, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0"});
    fs::remove_all(folder_of(platform_, slug));
  }

  const TestPlatform platform_;
  const Sender sender_;
  std::vector<std::string> twin_;
  int count_ = 0;
  int felt_ = 0;
};

void kill_everywhere(const Sender& sender, int stride) {
  Deliveries deliveries(sender);
  for (const std::string call : {"sendto", "recvfrom"}) {
    const int first = call == "sendto" ? 1 + stride / 2 : 2;
    sweep(first, stride, [&](int place) { return deliveries.attempt({call, killed, place}, {137}); });
  }
}

}  // namespace

TEST_CASE("faults 3 and 18: outbox deliver is killed at any message") { kill_everywhere(deliver, 3); }
TEST_CASE("faults 3 and 18: user invite is killed at any message, sending or not") { kill_everywhere(invite, 6); }

TEST_CASE("faults 3 and 18: outbox deliver is killed while it writes a mail") {
  Deliveries deliveries(deliver);
  for (const std::string call : {"linkat", "fsync"}) {
    sweep(1, 2, [&](int place) { return deliveries.attempt({call, killed, place}, {137}); });
  }
}

TEST_CASE("faults 4 and 18: the connection of outbox deliver is reset at any message") {
  Deliveries deliveries(deliver);
  sweep(3, 4, [&](int place) { return deliveries.attempt({"recvfrom", "error=ECONNRESET", place}, {0, 4, 6}); });
  deliveries.check_felt();
}

TEST_CASE("faults 6 and 18: SIGINT and SIGTERM at any message of outbox deliver") {
  Deliveries deliveries(deliver);
  for (const auto& [effect, status] : {std::pair{"signal=SIGINT", 130}, {"signal=SIGTERM", 143}}) {
    sweep(status == 130 ? 2 : 4, 5, [&, status = status, effect = effect](int place) {
      return deliveries.attempt({"sendto", effect, place}, {0, status});
    });
  }
  deliveries.check_felt();
}
