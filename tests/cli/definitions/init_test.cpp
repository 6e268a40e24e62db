// init: a repository of definitions, and the CI files in it, each command of which is run.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using namespace acctl::test;
namespace fs = std::filesystem;

namespace {

// The repository `name` of a test, and a shell in it that finds acctl; gh and curl only note how they are called.
class Repository {
 public:
  Repository(const TestPlatform& platform, const std::string& name)
      : platform_(platform), top_(platform.folder.path() + "/" + name), bin_(platform.folder.path() + "/bin") {
    fs::create_directories(bin_);
    if (fs::exists(bin_ + "/acctl")) return;
    fs::create_symlink(program_path(), bin_ + "/acctl");
    for (const char* tool : {"gh", "curl"}) {
      put_file(bin_ + "/" + tool,
               "#!/bin/sh\necho \"" + std::string(tool) + " $*\" >>\"$LOG\"\n[ \"$1\" = issue ] || cat >/dev/null\n");
      REQUIRE(chmod((bin_ + "/" + tool).c_str(), 0755) == 0);
    }
  }

  Result run(const std::string& command, std::map<std::string, std::string> more = {}) const {
    std::map<std::string, std::string> environment = platform_.acctl.environment;
    environment["PATH"] = bin_ + ":" + environment["PATH"];
    environment["LOG"] = log();
    environment.merge(more);
    return run_program({.words = {"sh", "-c", "cd '" + top_ + "' && " + command}, .environment = environment});
  }
  void must(const std::string& command, const std::map<std::string, std::string>& more = {}, int status = 0) const {
    const Result result = run(command, more);
    INFO(command << "\n" << result.out << result.err);
    CHECK(result.status == status);
  }

  std::string log() const { return top_ + ".log"; }
  std::string file(const std::string& path) const { return file_text(top_ + "/" + path); }
  void put(const std::string& path, const std::string& text) const { put_file(top_ + "/" + path, text); }
  const std::string& top() const { return top_; }

  // What `pattern` captures in each line of a file.
  std::vector<std::string> captured(const std::string& path, const std::string& pattern) const {
    std::vector<std::string> all;
    std::istringstream lines(file(path));
    const std::regex wanted(pattern);
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
      if (std::regex_match(line, match, wanted)) all.push_back(match[1]);
    }
    return all;
  }

 private:
  const TestPlatform& platform_;
  std::string top_;
  std::string bin_;
};

std::string tree(const std::string& top) {
  std::string all;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    struct stat status = {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    all += fs::relative(path, top).string() + ((status.st_mode & 0111) != 0 ? " *\n" : "\n") + file_text(path.string());
  }
  return all;
}

// Renames the role support-agent in its file, as somebody edits it.
void rename_agent(const Repository& repository, const std::string& name) {
  std::string text = repository.file("definitions/roles.yaml");
  text = std::regex_replace(text, std::regex("(support-agent:\n(?:    .*\n)*?    name: ).*\n"), "$1" + name + "\n");
  REQUIRE(text.find("name: " + name) != std::string::npos);
  repository.put("definitions/roles.yaml", text);
}

}  // namespace

TEST_CASE("init lays out a repository from each pack that is valid, formatted and complete at once") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  for (const std::string pack : {"helpdesk", "msp", "conversational", "messaging"}) {
    const std::string top = folder.path() + "/" + pack;
    const Result result = acctl({"init", top, "--pack", pack, "--ci", "github", "--ci", "gitlab", "-o", "json"});
    INFO(pack << result.err);
    REQUIRE(result.status == 0);
    for (const auto& file : result.json()) {
      CHECK(file.at("action") == "created");
      CHECK(fs::is_regular_file(file.at("path").get<std::string>()));
    }
    CHECK(acctl({"fmt", "-f", top + "/definitions", "--check"}).status == 0);
    const Result valid = acctl({"validate", "-f", top + "/definitions"});
    INFO(valid.err);
    CHECK(valid.status == 0);
  }
}

TEST_CASE("init again completes a repository and overwrites nothing") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const std::string top = folder.path() + "/rights";
  REQUIRE(acctl({"init", top, "--dry-run"}).status == 0);
  CHECK_FALSE(fs::exists(top));
  REQUIRE(acctl({"init", top}).status == 0);
  const std::string first = tree(top);
  CHECK(first.find("ci/plan.sh *\n") != std::string::npos);
  for (const auto& file : acctl({"init", top, "-o", "json"}).json()) CHECK(file.at("action") == "unchanged");
  CHECK(tree(top) == first);

  put_file(top + "/README.md", "ours\n");
  fs::remove(top + "/ci/drift.sh");
  fs::permissions(top + "/ci/plan.sh", fs::perms::owner_read | fs::perms::owner_write);  // a killed run leaves it so
  const Result again = acctl({"init", top});
  CHECK(again.status == 0);
  CHECK(again.err.find("1 file exists with other content; nothing was overwritten") != std::string::npos);
  CHECK(file_text(top + "/README.md") == "ours\n");
  CHECK(fs::exists(top + "/ci/drift.sh"));
  CHECK((fs::status(top + "/ci/plan.sh").permissions() & fs::perms::owner_exec) != fs::perms::none);

  fs::remove(top + "/README.md");
  fs::create_directory(top + "/README.md");
  fs::remove(top + "/ci/drift.sh");
  CHECK(acctl({"init", top}).status == 3);
  CHECK_FALSE(fs::exists(top + "/ci/drift.sh"));
  CHECK(acctl({"init", top, "--pack", "helpdesk", "-t", "acme"}).status == 3);
  CHECK(acctl({"init", top, "--include-users"}).status == 3);
  CHECK(acctl({"init", top, "--only", "rolls"}).status == 3);
}

TEST_CASE("init from a tenant begins with what it has, so that its first plan changes nothing") {
  const TenantFixture desk;
  desk.applied(
      "roles:\n  triage: {name: Triage, permissions: [tickets.view]}\nteams:\n  first: {name: First, members: [bo@acme.example]}\n"
      "users:\n  bo@acme.example: {roles: [triage]}\n",
      {"--no-mail"});
  const std::string top = desk.acctl.folder.path() + "/rights";
  const Result result = desk({"init", top, "--include-users", "--manager", "gitops", "--context", ""});
  CHECK(result.status == 3);  // an empty context is no context
  REQUIRE(desk({"init", top, "--include-users"}).status == 0);
  CHECK(file_text(top + "/definitions/roles.yaml").find("triage:") != std::string::npos);
  CHECK(file_text(top + "/definitions/users.yaml").find("bo@acme.example") != std::string::npos);
  CHECK_FALSE(contains(tree(top), "# end:"));
  const Result plan = desk({"plan", "-f", top + "/definitions", "-o", "json"});
  INFO(plan.out << plan.err);
  CHECK(plan.status == 0);
  for (const char* count : {"add", "change", "remove"}) CHECK(plan.json().at("summary").at(count) == 0);
  CHECK(desk.acctl.json({"audit", "list"}).dump().find("\"init\"") != std::string::npos);
}

TEST_CASE("the steps of the GitHub workflows plan, comment, apply and find drift") {
  const TestPlatform platform;
  platform.create("acme");
  const Repository repository(platform, "github");
  REQUIRE(platform({"init", repository.top(), "--ci", "github"}).status == 0);
  const std::string summary = platform.folder.path() + "/summary.md";
  const std::map<std::string, std::string> job = {
      {"GITHUB_STEP_SUMMARY", summary}, {"GH_TOKEN", "t"}, {"PULL_REQUEST", "7"}};
  const std::vector<std::string> steps = repository.captured(".github/workflows/acctl.yml", R"( +- run: (.*))");
  CHECK(steps == std::vector<std::string>{"ci/install.sh", "ci/plan.sh", "ci/comment.sh plan.md", "ci/install.sh",
                                          "ci/apply.sh", "ci/comment.sh apply.md"});
  for (const std::string& step : steps) repository.must(step, job);
  rename_agent(repository, "First line");
  for (const std::string& step : steps) repository.must(step, job);
  CHECK(contains(file_text(summary), "First line"));
  CHECK(contains(repository.file("plan.html"), "First line"));
  CHECK(contains(file_text(repository.log()), "gh pr comment 7 --body-file plan.md --edit-last --create-if-none\n"));
  CHECK(platform.json({"role", "show", "support-agent", "-t", "acme"}).at("name") == "First line");

  const std::vector<std::string> nightly = repository.captured(".github/workflows/acctl-drift.yml", R"( +- run: (.*))");
  CHECK(nightly == std::vector<std::string>{"ci/install.sh", "ci/drift.sh", "ci/alert.sh"});
  repository.must("ci/drift.sh", job);
  REQUIRE(platform({"role", "edit", "support-agent", "--name", "Other", "-t", "acme", "--yes"}).status == 0);
  repository.must("ci/drift.sh", job, 2);
  repository.must("ci/alert.sh", job);
  CHECK(contains(file_text(summary), "Other"));
  CHECK(contains(file_text(repository.log()), "gh issue create --title Tenants differ from what was last applied "));
}

TEST_CASE("the steps of the GitLab pipeline plan, comment, apply and find drift") {
  const TestPlatform platform;
  platform.create("acme");
  const Repository repository(platform, "gitlab");
  REQUIRE(platform({"init", repository.top(), "--ci", "gitlab"}).status == 0);
  const std::map<std::string, std::string> job = {{"CI_API_V4_URL", "https://git.example/api/v4"},
                                                  {"CI_PROJECT_ID", "12"},
                                                  {"CI_MERGE_REQUEST_IID", "7"},
                                                  {"CI_JOB_STATUS", "failed"},
                                                  {"CI_JOB_URL", "https://git.example/job"},
                                                  {"ACCTL_GITLAB_TOKEN", "glpat-secret"}};
  const std::vector<std::string> steps = repository.captured(".gitlab-ci.yml", R"( +- (ci/.*))");
  CHECK(steps == std::vector<std::string>{"ci/plan.sh", "ci/gitlab.sh comment plan.md", "ci/apply.sh", "ci/drift.sh",
                                          "ci/gitlab.sh alert drift.md"});
  rename_agent(repository, "First line");
  for (const std::string& step : steps) repository.must(step, job);
  CHECK(platform.json({"role", "show", "support-agent", "-t", "acme"}).at("name") == "First line");
  const std::string log = file_text(repository.log());
  CHECK(contains(log, "--form body=<plan.md https://git.example/api/v4/projects/12/merge_requests/7/notes\n"));
  CHECK(contains(log, "--form description=<drift.md https://git.example/api/v4/projects/12/issues\n"));
  CHECK_FALSE(contains(log, "glpat-secret"));
}

TEST_CASE("the steps hand the platform's key over in a private file that is gone afterwards") {
  const TestPlatform platform;
  platform.create("acme");
  const Repository repository(platform, "keys");
  REQUIRE(platform({"init", repository.top()}).status == 0);
  const std::string key = file_text(platform.acctl.environment.at("XDG_DATA_HOME") + "/acctl/platform.key");
  REQUIRE(key.size() > 60);
  const std::string temporary = platform.folder.path() + "/temporary";
  fs::create_directory(temporary);
  repository.must("ci/plan.sh", {{"ACCTL_PLATFORM_KEY", key.substr(0, key.find('\n'))}, {"TMPDIR", temporary}});
  CHECK(fs::is_empty(temporary));
  repository.must("ci/apply.sh", {{"ACCTL_PLATFORM_KEY", std::string(64, '0')}, {"TMPDIR", temporary}}, 7);
  CHECK(fs::is_empty(temporary));
}

TEST_CASE("the hook refuses a commit of what is not valid or not formatted") {
  const TestPlatform platform;
  const Repository repository(platform, "hooks");
  REQUIRE(platform({"init", repository.top(), "--only", "roles"}).status == 0);
  const std::string commit = "git add . && git -c user.name=M -c user.email=m@a.example commit -q -m x";
  repository.must("git init -q && git config core.hooksPath .githooks && " + commit);
  const std::string good = repository.file("definitions/roles.yaml");
  repository.put("definitions/roles.yaml", good + "rolls: {}\n");
  CHECK(contains(repository.run(commit).err, "did you mean 'roles'?"));
  repository.must(commit, {}, 1);
  repository.put("definitions/roles.yaml", good + "teams: {first: {name: First}}\n");
  CHECK(contains(repository.run(commit).err, "Format the files with: acctl fmt -f definitions"));
  repository.must("acctl fmt -f definitions && " + commit);
}

// But for the schema, which changes with every kind. ACCTL_WRITE_GOLDEN=1 in the environment writes them anew.
TEST_CASE("the examples are what init lays out") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  for (const std::string system : {"github", "gitlab"}) {
    const std::string example = ACCTL_SOURCE "/examples/" + system;
    const std::vector<std::string> options = {"--pack", "helpdesk", "--only", "roles,teams,statuses,settings",
                                              "--ci",   system};
    const auto lay_out = [&](const std::string& top) {
      std::vector<std::string> words = {"init", top};
      words.insert(words.end(), options.begin(), options.end());
      REQUIRE(acctl(words).status == 0);
      fs::remove_all(top + "/schema");
    };
    if (std::getenv("ACCTL_WRITE_GOLDEN") != nullptr) {
      fs::remove_all(example);
      lay_out(example);
    }
    lay_out(folder.path() + "/" + system);
    CHECK(tree(folder.path() + "/" + system) == tree(example));
  }
}
