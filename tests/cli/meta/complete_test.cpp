// acctl __complete: what could stand for the last word, from live databases, in time or not at all.
#include <chrono>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::eventually;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TemporaryFolder;
using acctl::test::TenantFixture;

namespace {

class Line {
 public:
  explicit Line(const TenantFixture& at) : desk(at) {}

  // The candidates, separated by spaces, without what they are. On a machine that is too busy to give them in time
  // there are none, so that is asked again.
  std::string operator()(std::vector<std::string> words) const {
    words.insert(words.begin(), "__complete");
    std::string all;
    eventually([&] { return !(all = complete(words)).empty(); }, std::chrono::minutes(1));
    return all;
  }

  // Whether there are no candidates, which a machine that is too busy has too: asked a few times.
  bool offers_nothing(std::vector<std::string> words) const {
    words.insert(words.begin(), "__complete");
    for (int attempt = 0; attempt < 3; ++attempt)
      if (!complete(words).empty()) return false;
    return true;
  }

 private:
  std::string complete(const std::vector<std::string>& words) const {
    const Result result = desk.acctl(words);
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    std::string all;
    bool about = false;
    for (const char c : result.out) {
      about = c == '\t' || (about && c != '\n');
      if (!about) all += c == '\n' ? ' ' : c;
    }
    if (!all.empty()) all.pop_back();
    return all;
  }

  const TenantFixture& desk;
};

}  // namespace

TEST_CASE("each source of values is completed from what is there") {
  const TenantFixture desk;
  desk.acctl.create("globex", {"--label", "tier=gold"});
  check_ended(desk.acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
  check_ended(desk({"team", "create", "night", "--name", "Night"}), 0);
  check_ended(desk({"role-template", "create", "starter", "--name", "Starter"}), 0);
  const std::string run = desk.applied("manager: m\nteams: {day: {name: Day}}\n");
  const Line line{desk};
  CHECK(line({"tenant", "suspend", ""}) == "acme globex");
  CHECK(line({"enterprise", "show", "u"}) == "umbrella");
  CHECK(line({"tenant", "create", "x", "--enterprise", ""}) == "umbrella");
  CHECK(line({"tenant", "create", "x", "--server", ""}) == desk.acctl.control("select name from acctl.servers"));
  CHECK(line({"team", "show", "-t", "acme", "ni"}) == "night");
  CHECK(line({"role-template", "show", "-t", "acme", "st"}) == "starter");
  CHECK(line({"why", "-t", "acme", "x@y.example", "settings.e"}) == "settings.edit");
  CHECK(line({"undo", "-t", "acme", run.substr(0, 6)}) == run);
  desk.in("update app.users set status = 'active'");
  CHECK(desk.apply("users:\n  ana@acme.example: {roles: []}\n").status == 5);
  const std::string refused = desk.json({"log"})[0]["run"];
  REQUIRE(desk.in("select outcome from acctl.runs where run = '" + refused + "'") == "refused");
  CHECK(line({"log", "-t", "acme", refused.substr(0, 6)}) == refused);
  CHECK_FALSE(contains(line({"undo", "-t", "acme", ""}), refused));
  CHECK(line({"tenant", "list", "--match", "tier"}) == "tier=");
  CHECK(line({"tenant", "list", "--match", "tier="}) == "tier=gold");
  CHECK(line({"tenant", "list", "--match=status=act"}) == "--match=status=active");
  CHECK(line({"plan", "--only", "roles,tea"}) == "roles,teams");
  CHECK(line({"plan", "--allow-removal", "tea"}) == "teams/");
  CHECK(line({"plan", "-t", "acme", "--allow-removal", "teams/ni"}) == "teams/night");
  CHECK(line({"explain", "roles.na"}) == "roles.name");
  CHECK(line({"manual", "acctl-def"}) == "acctl-definitions");
  CHECK(line({"manual", "acctl-config."}) == "acctl-config.5");
  CHECK(line({"test", "--pack", "mess"}) == "messaging");
}

TEST_CASE("a condition is completed part by part") {
  const TenantFixture desk;
  desk.acctl.create("globex", {"--label", "tier=gold"});
  const Line line{desk};
  const auto match = [&](const std::string& typed) { return line({"tenant", "list", "--match", typed}); };
  CHECK(match("created") == "created>");
  CHECK(match("activated") == "activated>");
  CHECK(match("trial_") == "trial_ends<");
  CHECK(match("seats") == "seats>= seats_limit>=");
  CHECK(match("lab") == "label.");
  CHECK(match("label.") == "label.tier=");
  CHECK(match("label.tier=") == "label.tier=gold");
  CHECK(match("tier!=g") == "tier!=gold");
  CHECK(match("plan!=e") == "plan!=enterprise");
  CHECK(match("plan!") == "plan!=");
  CHECK(match("plan=pro,") == "plan=pro,trial plan=pro,enterprise");
  CHECK(match("status=active,s") == "status=active,suspended");
  CHECK(line.offers_nothing({"tenant", "list", "--match", "created>"}));
}

TEST_CASE("columns, features and limits are completed") {
  const TenantFixture desk;
  const Line line{desk};
  CHECK(line({"tenant", "list", "--columns", "slug,sta"}) == "slug,status");
  CHECK(line({"tenant", "list", "--columns=seats_u"}) == "--columns=seats_used");
  CHECK(line({"tenant", "list", "--sort", "sl"}) == "slug");
  CHECK(line({"tenant", "list", "--sort", "-sl"}) == "-slug");
  CHECK(line({"audit", "list", "--sort", "outc"}) == "outcome");
  CHECK(line({"tenant", "set-plan", "acme", "--feature", "s"}) == "sso=");
  CHECK(line({"tenant", "set-plan", "acme", "--feature", "sso=o"}) == "sso=on sso=off");
  CHECK(line({"tenant", "set-plan", "acme", "--limit", ""}) == "projects= storage_bytes=");
  CHECK(line({"tenant", "set-plan", "acme", "--limit", "projects="}) == "projects=none projects=plan");
}

TEST_CASE("what an enterprise, a key and the archive have is completed") {
  const TenantFixture desk;
  const Line line{desk};
  const auto ended = [&](const std::vector<std::string>& words) { check_ended(desk.acctl(words), 0); };
  ended({"enterprise", "create", "umbrella", "--name", "Umbrella"});
  ended({"enterprise", "add-tenant", "umbrella", "acme", "--yes"});
  ended({"enterprise", "grant", "umbrella", "olga@umbrella.example", "support-agent"});
  CHECK(line({"enterprise", "grant", "umbrella", "ol"}) == "olga@umbrella.example");
  CHECK(line({"enterprise", "grant", "umbrella", "kim@umbrella.example", "support"}) == "support-agent");
  CHECK(line({"enterprise", "revoke", "umbrella", "olga@umbrella.example", "support"}) == "support-agent");
  const std::string admin = "ana@acme.example";
  desk.in("update app.users set status = 'active'");
  ended({"api-key", "create", admin, "--name", "deploy", "-t", "acme"});
  ended({"api-key", "create", "enterprise:umbrella", "--name", "siem", "--role", "support-agent"});
  CHECK(line({"api-key", "revoke", "-t", "acme", ""}) == admin + " enterprise:umbrella");
  CHECK(line({"api-key", "revoke", "-t", "acme", admin, ""}) == "deploy");
  CHECK(line({"api-key", "revoke", "enterprise:umbrella", ""}) == "siem");
  CHECK(line({"api-key", "create", "-t", "acme", "org"}) == "organization");
  CHECK(line.offers_nothing({"tenant", "archive", "show", ""}));
  desk.acctl.create("globex");
  ended({"tenant", "delete", "globex", "--confirm", "globex"});
  CHECK(line({"tenant", "archive", "show", ""}) == "globex 1");
  CHECK(line({"tenant", "archive", "fetch", ""}) == "globex 1");
}

TEST_CASE("the tenant of a completion comes from wherever that of the command would") {
  TenantFixture desk;
  desk.acctl.create("globex");
  check_ended(desk.acctl({"team", "create", "night", "--name", "Night", "-t", "globex"}), 0);
  const Line line{desk};
  CHECK(line.offers_nothing({"team", "show", "ni"}));
  CHECK(line({"-tglobex", "team", "show", "ni"}) == "night");
  CHECK(line({"team", "--tenant=globex", "show", "ni"}) == "night");
  desk.acctl.acctl.environment["ACCTL_TENANT"] = "globex";
  CHECK(line({"team", "show", "ni"}) == "night");
  CHECK(line.offers_nothing({"team", "show", "-t", "acme", "ni"}));
  desk.acctl.acctl.environment.erase("ACCTL_TENANT");
  const std::string configuration = desk.acctl.acctl.environment.at("XDG_CONFIG_HOME") + "/acctl";
  std::filesystem::create_directories(configuration);
  put_file(configuration + "/config.yaml", "contexts: {far: {tenant: globex}, near: {tenant: acme}}\n");
  CHECK(line({"--context", "n"}) == "near");
  CHECK(line({"team", "show", "--context", "far", "ni"}) == "night");
}

TEST_CASE("a completion that cannot be had is silence, and nothing is started for it") {
  const TemporaryFolder folder;
  acctl::test::Acctl acctl(folder.path());
  const auto silent = [&](const std::vector<std::string>& words) {
    const auto start = std::chrono::steady_clock::now();
    const Result result = acctl(words);
    CHECK(result.status == 0);
    CHECK(result.out.empty());
    CHECK(result.err.empty());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));  // beside whatever else runs here
  };
  silent({"__complete", "tenant", "show", ""});
  CHECK_FALSE(std::filesystem::exists(acctl.environment.at("XDG_DATA_HOME")));
  silent({"__complete", "tenant", "--nonsense", "-", "show", "--", "x", ""});
  silent({"__complete", "tenant", "show", "-o", "nonsense", ""});
  acctl.environment["ACCTL_DATABASE_URL"] = "host=192.0.2.1 dbname=x";  // nobody answers there
  silent({"__complete", "tenant", "show", ""});
  acctl.environment["ACCTL_DATABASE_URL"] = "not a dsn";
  silent({"__complete", "tenant", "show", ""});
}
