// A list of the size that a company hands over: 1,276 users, 284 teams and 1,690 memberships, there and back.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

constexpr int users = 1'276;
constexpr int teams = 284;
constexpr int memberships = 1'690;

std::string user(int number) { return "person" + std::to_string(number) + "@wide.example"; }

std::string list() {
  const char* const roles[] = {"support-agent", "team-lead"};
  std::string text = "acctl: 1\nmanager: hr\nusers:\n";
  for (int i = 0; i < users; ++i) {
    text += "  " + user(i) + ":\n    name: Person " + std::to_string(i) + "\n    roles: [" + roles[i % 9 == 0 ? 1 : 0] +
            "]\n";
  }
  text += "teams:\n";
  for (int team = 0; team < teams; ++team) {
    text += "  team-" + std::to_string(team) + ":\n    name: Team " + std::to_string(team) + "\n    members:\n";
    // Teams of five or six; some people are in one, some in two.
    for (int i = team; i < memberships; i += teams) text += "      - " + user(i * 3 % users) + "\n";
  }
  return text;
}

class List {
 public:
  List() {
    acctl.create("source", {"--seats", "2000"});
    acctl.create("copy", {"--seats", "2000"});
    put_file(path("list.yaml"), list());
  }

  std::string path(const std::string& name) const { return acctl.folder.path() + "/" + name; }

  Result run(const std::string& tenant, std::vector<std::string> words, int status = 0) const {
    words.insert(words.end(), {"-t", tenant});
    const Result result = acctl(words);
    INFO(words[0] << ": " << result.err.substr(0, 2'000));
    REQUIRE(result.status == status);
    return result;
  }

  std::string counts(const std::string& tenant) const {
    return acctl.in(tenant,
                    "select (select count(*) from app.users where manager = 'hr') || ' ' || (select count(*) from "
                    "app.teams where manager = 'hr') || ' ' || (select count(*) from app.team_members)");
  }

  std::string exported(const std::string& tenant) const { return run(tenant, {"export", "--include-users"}).out; }

  TestPlatform acctl;
};

}  // namespace

TEST_CASE("a list of 1,276 users, 284 teams and 1,690 memberships is planned, applied, exported, imported and undone") {
  const List list;
  const std::vector<std::string> plan = {"plan", "-f", list.path("list.yaml"), "--detailed-exitcode"};
  const Result planned = list.run("source", plan, 2);
  CHECK(planned.out.find("1,276 invitations will be sent") != std::string::npos);
  const std::string before = list.exported("source");
  const auto applied = list.run("source", {"apply", "-f", list.path("list.yaml"), "--yes", "--no-mail", "-o", "json"});
  CHECK(list.counts("source") == "1276 284 1690");
  CHECK(list.run("source", plan).out.find("nothing to change") != std::string::npos);
  list.run("source", {"drift"});

  const std::string document = list.exported("source");
  put_file(list.path("export.yaml"), document);
  list.run("copy", {"import", "-f", list.path("export.yaml"), "--yes", "--no-mail", "--max-removals", "100%"});
  CHECK(list.exported("copy") == document);
  list.run("copy", {"import", "-f", list.path("export.yaml"), "--yes", "--max-removals", "100%"});

  list.run("source", {"undo", applied.json()["run"], "--yes", "--max-removals", "100%"});
  CHECK(list.counts("source") == "0 0 0");
  CHECK(list.exported("source") == before);
  list.run("source", {"drift"});
}
