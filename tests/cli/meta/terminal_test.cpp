// What people see at a terminal: tables that fit, long output in a pager, help and pages as wide as the terminal.
#include <sys/stat.h>

#include <filesystem>

#include "provisioning/base/text.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::Start;
using acctl::test::TenantFixture;

namespace {

// Runs acctl on a screen of its own; what the screen got, with line ends as a program writes them.
std::string on_screen(const TenantFixture& desk, std::vector<std::string> words, unsigned short columns,
                      const std::map<std::string, std::string>& more = {}, int status = 0) {
  words.insert(words.begin(), acctl::test::program_path());
  Start start{.words = std::move(words), .environment = desk.acctl.acctl.environment, .input = ""};
  start.environment["TERM"] = "xterm";
  start.environment["NO_COLOR"] = "1";
  for (const auto& [name, value] : more) start.environment[name] = value;
  Running running(start, {.terminal = true, .screen = true, .columns = columns, .rows = 24});
  const Result result = running.finish();
  CHECK(result.status == status);
  std::string text;
  for (const char c : result.err) {
    if (c != '\r') text += c;
  }
  return text;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    widest = std::max(widest, acctl::display_width(text.substr(start, end - start)));
    start = end + 1;
  }
  return widest;
}

// A pager that writes what it is given behind a mark.
std::string fake_pager(const TenantFixture& desk) {
  const std::string path = desk.acctl.folder.path() + "/pager";
  put_file(path, "#!/bin/sh\necho \"pager $*\"\ncat\n");
  chmod(path.c_str(), 0755);
  return path;
}

}  // namespace

TEST_CASE("lists fit the terminal, and off it nothing is cut") {
  const TenantFixture desk;
  const std::string name = "The Honourable Company of Basket Makers of the Northern Provinces and Beyond";
  desk.acctl.create("basket-makers", {"--label", "tier=gold"});
  desk.acctl.control("update acctl.tenants set name = '" + name + "' where slug = 'basket-makers'");
  const std::string narrow = on_screen(desk, {"tenant", "list"}, 80);
  INFO(narrow);
  CHECK(widest_line(narrow) <= 80);
  CHECK(contains(narrow, "basket-makers"));
  CHECK(contains(narrow, "The Honourable"));
  CHECK(contains(narrow, "…"));
  CHECK(contains(narrow, "not shown for lack of room: "));
  CHECK(contains(on_screen(desk, {"tenant", "list", "-o", "wide"}, 80), name));
  CHECK(contains(on_screen(desk, {"tenant", "list", "--columns", "name,slug"}, 200), name));
  const Result piped = desk.acctl({"tenant", "list"});
  CHECK(contains(piped.out, name));
  CHECK(contains(piped.out, "SEATS SEEN"));
  CHECK_FALSE(contains(piped.err, "not shown"));
}

TEST_CASE("what matters of a list stays at 80 columns") {
  const TenantFixture desk;
  const std::string address = std::string(60, 'a') + "@acme.example";
  CHECK(desk({"user", "invite", address, "--role", "support-agent"}).status == 0);
  const auto table = [&](const std::vector<std::string>& words) {
    const std::string text = on_screen(desk, words, 80);
    return text.substr(0, text.find("not shown"));
  };
  const std::string users = table({"user", "list", "-t", "acme"});
  INFO(users);
  CHECK(contains(users, " STATUS "));
  CHECK(contains(users, address + "\n"));
  CHECK(contains(table({"audit", "list"}), " OUTCOME "));
  desk.in("update app.users set status = 'active', last_sign_in_at = now() - interval '200 days'");
  const std::string review = table({"review", "-t", "acme"});
  INFO(review);
  CHECK(contains(review, " FLAGS\n"));
}

TEST_CASE("columns, order and headers are chosen for every list that only reads, and for no other command") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  CHECK(desk.acctl({"tenant", "list", "--sort=-slug", "--columns", "slug", "--no-headers"}).out == "bert\nacme\n");
  CHECK(desk.acctl({"tenant", "list", "-o", "jsonl", "--sort", "slug"}).out.starts_with("{\"slug\":\"acme\""));
  // What a table does not show by itself is read where it is asked for, of each record.
  CHECK(desk.acctl({"tenant", "list", "--columns", "slug,pack,limits", "--sort=-slug", "--no-headers"}).out ==
        "bert  helpdesk  projects=5, storage_bytes=5368709120\nacme  helpdesk  projects=5, storage_bytes=5368709120\n");
  const Result steps = desk.acctl({"tenant", "list", "--columns", "steps", "-o", "csv", "--no-headers"});
  CHECK(steps.out.find("name=database") != steps.out.rfind("name=database"));
  CHECK(desk.acctl({"tenant", "list", "--sort=slug", "-o", "json"}).out ==
        desk.acctl({"tenant", "list", "-o", "json"}).out);
  CHECK(desk({"role", "list", "--columns", "key", "--sort", "key", "--no-headers"}).out.starts_with("admin\n"));
  const Result unknown = desk.acctl({"tenant", "list", "--columns", "slugs"});
  CHECK(unknown.status == 3);
  CHECK(contains(unknown.err, "there is no column 'slugs'; did you mean 'slug'?"));
  const Result writes = desk.acctl({"tenant", "suspend", "acme", "--columns", "slug"});
  CHECK(writes.status == 3);
  CHECK(desk.acctl.control("select status from acctl.tenants where slug = 'acme'") == "active");
}

TEST_CASE("what is longer than the screen goes through the pager, what is shorter does not") {
  const TenantFixture desk;
  const std::string pager = fake_pager(desk);
  const std::map<std::string, std::string> set = {{"ACCTL_PAGER", pager + " -x  y"}};
  CHECK(on_screen(desk, {"--help"}, 80, set).starts_with("pager -x y\nUsage: acctl"));
  CHECK_FALSE(contains(on_screen(desk, {"version"}, 80, set), "pager"));
  CHECK(on_screen(desk, {"--help"}, 80, {{"PAGER", pager}}).starts_with("pager \n"));
  CHECK(on_screen(desk, {"--help"}, 80, {{"PAGER", pager}, {"ACCTL_PAGER", ""}}).starts_with("Usage: acctl"));
  CHECK(on_screen(desk, {"--help"}, 80, {{"ACCTL_PAGER", "cat"}}).starts_with("Usage: acctl"));
  CHECK(on_screen(desk, {"--help"}, 80, {{"ACCTL_PAGER", "/nonexistent/pager"}}).starts_with("Usage: acctl"));
  CHECK(desk.acctl({"--help"}).out.starts_with("Usage: acctl"));
}

TEST_CASE("help is laid out for the terminal") {
  const TenantFixture desk;
  const std::map<std::string, std::string> plain = {{"ACCTL_PAGER", ""}};
  const std::string narrow = on_screen(desk, {"user", "invite", "--help"}, 60, plain);
  INFO(narrow);
  CHECK(widest_line(narrow.substr(0, narrow.find("Examples:"))) <= 60);
  CHECK(contains(narrow, "\nGlobal options: acctl --help. Exit codes: acctl help\nexit-codes.\n"));
  CHECK(widest_line(on_screen(desk, {"user", "invite", "--help"}, 200, plain)) > 60);
  const std::string codes = on_screen(desk, {"help", "exit-codes"}, 60, plain);
  INFO(codes);
  CHECK(contains(codes, "\n    0  "));
  CHECK(widest_line(codes) <= 60);
}

TEST_CASE("a page of the manual is opened by man, or as text through the pager") {
  const TenantFixture desk;
  const std::string bin = desk.acctl.folder.path() + "/bin";
  std::filesystem::create_directories(bin);
  put_file(bin + "/man", "#!/bin/sh\necho \"man $*\"\ncat\n");
  chmod((bin + "/man").c_str(), 0755);
  CHECK(on_screen(desk, {"manual", "tenant"}, 80, {{"PATH", bin + ":/usr/bin:/bin"}}).starts_with("man -l -\n"));
  CHECK(on_screen(desk, {"help", "definitions"}, 80, {{"PATH", bin + ":/usr/bin:/bin"}}).starts_with("man -l -\n"));
  put_file(bin + "/man", "#!/bin/sh\nexit 1\n");
  const std::string paged =
      on_screen(desk, {"manual", "tenant"}, 80, {{"PATH", bin + ":/usr/bin:/bin"}, {"ACCTL_PAGER", fake_pager(desk)}});
  CHECK(paged.starts_with("pager \nNAME\n    acctl-tenant - "));
  const Result piped = desk.acctl({"manual", "tenant"});
  CHECK(piped.out.starts_with("NAME\n    acctl-tenant - "));
  CHECK(contains(piped.out, "tenant-create"));
  CHECK(contains(desk.acctl({"manual", "acctl"}).out, "    -o, --output FORMAT\n"));
  const Result unknown = desk.acctl({"help", "tenat"});
  CHECK(unknown.status == 3);
  CHECK(contains(unknown.err, "did you mean 'tenant'?"));
}

TEST_CASE("plans, errors and what doctor finds are broken between words, and nothing of them is cut") {
  const TenantFixture desk;
  const std::string words =
      "Look at everything and change nothing, for the yearly audit that begins in the first week of March.";
  const std::string file = desk.file("roles: {auditor: {name: Auditor, description: \"" + words + "\"}}\n");
  const std::string plan = on_screen(desk, {"plan", "-f", file, "-t", "acme"}, 80);
  INFO(plan);
  CHECK(widest_line(plan) <= 80);
  CHECK(contains(plan, "\n      "));  // as deep as what it continues, and a bit more
  const std::string refused =
      on_screen(desk, {"user", "deactivate", "ana@acme.example", "-t", "acme", "--yes"}, 60, {}, 5);
  INFO(refused);
  CHECK(widest_line(refused) <= 60);
  CHECK(contains(refused, "acctl: refused: "));
  desk.acctl.control(
      "update acctl.tenants set status = 'failed'; "
      "update acctl.tenant_steps set status = 'failed', error = 'no space is left on the device' "
      "where name = 'seed'");
  const std::string found = on_screen(desk, {"tenant", "doctor"}, 80, {}, 7);
  INFO(found);
  CHECK(widest_line(found) <= 80);
  CHECK_FALSE(contains(found, "…"));
}

TEST_CASE("what is left out of a review is said below it") {
  const TenantFixture desk;
  const std::string text = on_screen(desk, {"review", "-t", "acme"}, 60);
  INFO(text);
  CHECK(text.starts_with("EMAIL"));
  CHECK(contains(text, "not shown for lack of room: "));
}

TEST_CASE("who waits for a single tenant sees for what, and a pipe is told so, too") {
  const TenantFixture desk;
  acctl::Connection other(desk.acctl.cluster.dsn("postgres", "acme"), {});
  for (const bool terminal : {true, false}) {
    INFO(terminal);
    acctl::Transaction transaction(other);
    other.script("select counter from acctl.revision for update");
    Start start{
        .words = {acctl::test::program_path(), "team", "create", terminal ? "a" : "b", "--name", "A", "-t", "acme"},
        .environment = desk.acctl.acctl.environment,
        .input = ""};
    start.environment["TERM"] = "xterm";
    Running running(start, {.terminal = terminal});
    CHECK(running.says("tenant acme, "));
    transaction.commit();
    const Result result = running.finish();
    CHECK(result.status == 0);
    // Drawn it is taken away again, said it is a line.
    CHECK(contains(result.err, terminal ? "\r\x1b[K" : "so far\n"));
    CHECK(contains(result.err, "done: 1 added"));
  }
}

TEST_CASE("outbox list shows on a narrow screen whose message it is and what became of it") {
  const TenantFixture desk;
  desk.in("update app.outbox set status = 'failed', attempts = 3, error = 'the server answered: mailbox unavailable'");
  const std::string text = on_screen(desk, {"outbox", "list"}, 80);
  CHECK(acctl::test::contains(text, "TENANT  RECIPIENT         PURPOSE     STATUS  "));
  CHECK(acctl::test::contains(text, "acme    ana@acme.example  invitation  failed  "));
  CHECK(acctl::test::contains(text, "the server answered"));
  CHECK(acctl::test::contains(text, "not shown for lack of room: ID, "));
  CHECK(widest_line(text) <= 80);
  CHECK(acctl::test::contains(on_screen(desk, {"outbox", "list"}, 200), "ID   "));
  // Whoever names columns gets them in their order.
  CHECK(on_screen(desk, {"outbox", "list", "--columns", "id,attempts,error"}, 60).starts_with("ID "));
  CHECK(desk({"outbox", "list", "-o", "name"}).out.size() == 37);
}
