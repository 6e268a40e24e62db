// The embedded server in company: containers that share its folder, other machines, other platforms beside it.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "provisioning/local/cluster.hpp"
#include "tests/support/local_server.hpp"

using acctl::test::eventually;
using acctl::test::Local;
using acctl::test::Result;
namespace fs = std::filesystem;

namespace {

// `acctl` with `words` as the first process of a PID and IPC namespace of its own, as in a container.
Result contained(const Local& local, std::vector<std::string> words) {
  std::vector<std::string> all = {
      "unshare", "--pid", "--ipc", "--mount", "--fork", "--mount-proc", acctl::test::program_path()};
  all.insert(all.end(), words.begin(), words.end());
  return acctl::test::run_program({.words = all, .environment = local.acctl.environment, .input = ""});
}

bool is_root() { return geteuid() == 0; }

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("promise 15: three platform init at once, where there is no server yet, make one and all succeed") {
  const Local local;
  std::vector<std::future<Result>> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(std::async(std::launch::async, [&] { return local.acctl({"platform", "init"}); }));
  }
  for (std::future<Result>& run : runs) {
    const Result result = run.get();
    INFO(result.err);
    CHECK(result.status == 0);
  }
  CHECK(local.acctl({"platform", "status", "-o", "json"}).json()["servers"].size() == 1);
  CHECK(local.acctl({"audit", "verify"}).status == 0);
}

TEST_CASE("promise 15: a second container on the folder uses the one server and starts none") {
  if (!is_root()) return;  // only root makes namespaces without further ado; CI is root
  const Local local;
  REQUIRE(local.acctl({"platform", "init"}).status == 0);
  const auto processes = acctl::processes_in(local.data()).size();
  const int pid = local.status().at("pid").get<int>();

  const Result listed = contained(local, {"tenant", "list", "-o", "json"});
  INFO(listed.err);
  CHECK(listed.status == 0);
  CHECK(listed.out == "[]\n");
  const Result up = contained(local, {"local", "up"});
  CHECK(up.status == 0);
  CHECK_THAT(up.err, Catch::Contains("already"));
  const auto status = contained(local, {"local", "status", "-o", "json"}).json();
  CHECK(status.at("running") == true);
  CHECK(status.at("pid").is_null());

  // Its signals do not reach the server, so it says where to stop it, and removes nothing.
  for (const auto& words : {std::vector<std::string>{"local", "down"}, {"local", "destroy", "--yes"}}) {
    const Result refused = contained(local, words);
    CHECK(refused.status == 7);
    CHECK_THAT(refused.err, Catch::Contains("another container"));
  }
  CHECK(local.status().at("pid") == pid);
  CHECK(acctl::processes_in(local.data()).size() <= processes + 2);  // sessions come and go, no second server
  CHECK(local.connects());
  CHECK(local.acctl({"local", "down"}).status == 0);
  CHECK(local.acctl({"local", "up"}).status == 0);
  CHECK(local.connects());
}

TEST_CASE("promise 15: a server that a container started is used from outside of it, and stopped where it runs") {
  if (!is_root()) return;
  const Local local;
  const fs::path ends = local.home() + "/ends";
  auto container = std::async(std::launch::async, [&] {
    return acctl::test::run_program(
        {.words = {"unshare", "--pid", "--ipc", "--mount", "--fork", "--mount-proc", "bash", "-c",
                   "\"$1\" platform init; until [[ -e $2 ]]; do read -rt 0.05 <> <(:); done; \"$1\" local down", "bash",
                   acctl::test::program_path(), ends.string()},
         .environment = local.acctl.environment,
         .input = ""});
  });
  CHECK(eventually([&] { return local.acctl({"local", "status", "-o", "json"}).json().at("running") == true; },
                   std::chrono::seconds(60)));
  CHECK(eventually([&] { return local.acctl({"tenant", "list"}).status == 0; }, std::chrono::seconds(60)));
  for (const auto& words : {std::vector<std::string>{"local", "down"}, {"local", "destroy", "--yes"}}) {
    const Result refused = local.acctl(words);
    CHECK(refused.status == 7);
    CHECK_THAT(refused.err, Catch::Contains("another container"));
  }
  write(ends, "");
  CHECK(container.get().status == 0);
  CHECK(local.acctl({"local", "up"}).status == 0);
  CHECK(local.connects());
}

TEST_CASE("promise 15: a folder whose server may still run on another machine is refused") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  REQUIRE(local.acctl({"local", "down"}).status == 0);
  write(local.folder + "/server.lock", "elsewhere 0123\n11111111-2222-3333-4444-555555555555\n");
  SECTION("because its note is still there") {
    write(local.data() + "/postmaster.pid", "999999\n" + local.data() + "\n1\n5432\n\n\n\nready\n");
    const Result up = local.acctl({"local", "up"});
    CHECK(up.status == 7);
    CHECK_THAT(up.err, Catch::Contains("host elsewhere") && Catch::Contains("postmaster.pid"));
    CHECK(acctl::processes_in(local.data()).empty());
    fs::remove(local.data() + "/postmaster.pid");  // as the message says
  }
  SECTION("but not once it was stopped") {}
  CHECK(local.acctl({"local", "up"}).status == 0);
  CHECK(local.connects());
}

TEST_CASE("promise 13: what only looks neither makes nor starts the embedded server") {
  const Local local;
  const std::vector<std::vector<std::string>> commands = {
      {"tenant", "list"},
      {"platform", "status"},
      {"user", "list", "--all"},
      {"audit", "list"},
      {"review", "--all"},
      {"tenant", "doctor"},
      {"export", "-t", "acme"},
      {"tenant", "create", "acme", "--name", "Acme", "--admin-email", "a@acme.example", "--dry-run"}};
  for (const auto& words : commands) {
    const Result none = local.acctl(words);
    INFO(words[0] << ": " << none.err);
    CHECK(none.status == 4);
    CHECK_THAT(none.err, Catch::Contains("platform init"));
    CHECK_FALSE(fs::exists(local.folder));
  }
  REQUIRE(local.acctl({"platform", "init"}).status == 0);
  REQUIRE(local.acctl({"local", "down"}).status == 0);
  for (const auto& words : commands) {
    const Result down = local.acctl(words);
    INFO(words[0] << ": " << down.err);
    CHECK(down.status == 4);
    CHECK_THAT(down.err, Catch::Contains("acctl local up"));
    CHECK(local.status().at("running") == false);
  }
}

TEST_CASE("destroy removes the files of its own tenants and leaves those of other platforms") {
  const Local local;
  REQUIRE(local.acctl({"platform", "init"}).status == 0);
  REQUIRE(local.acctl({"tenant", "create", "acme", "--name", "Acme", "--admin-email", "a@acme.example"}).status == 0);
  const auto tenant = local.acctl({"tenant", "show", "acme", "-o", "json"}).json();
  const fs::path storage = tenant.at("resources").at("storage").get<std::string>();
  const fs::path root = storage.parent_path();
  const fs::path mail = fs::path(local.folder).parent_path() / "mail";
  REQUIRE(fs::exists(mail));
  write(storage / "letter.pdf", "bytes");
  write(root / "of-another-platform" / "contract.pdf", "bytes");

  const Result destroyed = local.acctl({"local", "destroy", "--yes"});
  INFO(destroyed.err);
  CHECK(destroyed.status == 0);
  CHECK_FALSE(fs::exists(local.folder));
  CHECK_FALSE(fs::exists(storage));
  CHECK_FALSE(fs::exists(mail));
  CHECK(fs::exists(root / "of-another-platform" / "contract.pdf"));
}

TEST_CASE("destroy leaves files alone that no control database lists") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  const fs::path beside = fs::path(local.folder).parent_path();
  write(beside / "storage" / "tenant" / "file", "bytes");
  write(beside / "mail" / "new" / "letter", "Subject: hello\n");
  CHECK(local.acctl({"local", "destroy", "--yes"}).status == 0);
  CHECK_FALSE(fs::exists(local.folder));
  CHECK(fs::exists(beside / "storage" / "tenant" / "file"));
  CHECK(fs::exists(beside / "mail" / "new" / "letter"));
}

TEST_CASE("a start that fails is explained by the last error of the server's own log") {
  const Local local;
  REQUIRE(local.acctl({"local", "up"}).status == 0);
  REQUIRE(local.acctl({"local", "down"}).status == 0);
  fs::remove_all(local.data() + "/pg_wal");
  fs::create_directories(local.data() + "/pg_wal/archive_status");
  if (const auto account = acctl::server_account()) {
    for (const char* part : {"/pg_wal", "/pg_wal/archive_status"}) {
      REQUIRE(chown((local.data() + part).c_str(), account->uid, account->gid) == 0);
    }
  }
  const Result up = local.acctl({"local", "up"});
  CHECK(up.status == 1);
  CHECK_THAT(up.err, Catch::Contains("PANIC:  could not locate a valid checkpoint record"));
  CHECK_THAT(up.err, !Catch::Contains("HINT"));
}

TEST_CASE("the embedded server's data is upgraded by pg_upgrade and keeps all of it") {
  const Local local;
  REQUIRE(local.acctl({"platform", "init"}).status == 0);
  CHECK_THAT(local.acctl({"local", "upgrade", "--yes"}).err, Catch::Contains("the newest installed"));
  acctl::Connection(local.dsn(), {}).query("create table public.kept as select 7 as n");

  // To the same version: all that a newer one needs besides is to be installed.
  acctl::LocalCluster(local.folder).upgrade(acctl::Installation::newest());
  acctl::Connection after(local.dsn(), {});
  CHECK(after.query("select n from public.kept").integer(0, 0) == 7);
  CHECK(after.query("show listen_addresses").text(0, 0).empty());
  CHECK(local.acctl({"platform", "status"}).status == 0);
  for (const auto& entry : fs::directory_iterator(local.folder)) {
    CHECK_FALSE(entry.path().filename().string().starts_with("data."));
  }
  // What ALTER SYSTEM had set is there for a start by hand, too.
  std::ifstream settings(local.data() + "/postgresql.auto.conf");
  CHECK_THAT(std::string(std::istreambuf_iterator<char>(settings), {}), Catch::Contains("unix_socket_directories"));
}
