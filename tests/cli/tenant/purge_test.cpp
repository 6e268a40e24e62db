// What stays behind is named by 'tenant doctor' and removed by 'tenant purge': holds that are over, old template
// databases, temporary files.
#include <sys/stat.h>
#include <utime.h>

#include <algorithm>
#include <filesystem>

#include "provisioning/base/embedded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/running.hpp"

using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::set_mail;
using acctl::test::TestPlatform;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

void check(const Result& result, int status, const std::string& part = "") {
  INFO(result.out << result.err);
  CHECK(result.status == status);
  CHECK_THAT(result.out + result.err, Catch::Contains(part));
}

// Deletes a tenant; its hold is over where `over` says so.
void hold(const TestPlatform& acctl, const std::string& slug, bool over) {
  check(acctl({"tenant", "delete", slug, "--confirm", slug}), 0);
  if (over) acctl.control("update acctl.tenants set hold_until = now() - interval '1 s' where slug = '" + slug + "'");
}

std::string statuses(const TestPlatform& acctl) {
  return acctl.control("select string_agg(slug || ' ' || status, ', ' order by slug) from acctl.tenants");
}

std::string sorted_lines(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// "hold acme", "template acctl_template_…": what doctor calls a leftover, one a line, sorted.
std::string leftovers(const TestPlatform& acctl) {
  const Result result = acctl({"tenant", "doctor", "-o", "json"});
  CHECK(result.status == 0);
  std::vector<std::string> lines;
  for (const auto& finding : result.json()) {
    const std::string detail = finding["detail"];
    CHECK(finding["leftover"] == true);
    CHECK(finding["fixable"] == false);
    lines.push_back(
        finding["check"].get<std::string>() + " " +
        (finding["tenant"].is_null() ? detail.substr(0, detail.find(':')) : finding["tenant"].get<std::string>()));
  }
  return sorted_lines(lines);
}

std::string template_called(const std::string& version) {
  return "acctl_template_helpdesk_" + version + "_0123456789ab";
}

void make_template(const TestPlatform& acctl, const std::string& name, bool marked = true) {
  acctl.control("create database " + name + " owner acctl");
  if (!marked) return;
  acctl.control("comment on database " + name + " is 'acctl template'");
  acctl.control("alter database " + name + " is_template true allow_connections false");
}

bool has_database(const TestPlatform& acctl, const std::string& name) {
  return acctl.control("select count(*) from pg_database where datname = '" + name + "'") == "1";
}

// A file that nobody has touched for two hours, or that is in use.
void make_file(const std::string& path, bool old) {
  put_file(path, "half a");
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  const utimbuf times{.actime = time(nullptr) - 7200, .modtime = time(nullptr) - 7200};
  if (old) REQUIRE(utime(path.c_str(), &times) == 0);
}

}  // namespace

TEST_CASE("a tenant that is named and not dropped is told with the reason") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert"}) acctl.create(slug);
  hold(acctl, "acme", false);
  const Result held = acctl({"tenant", "purge", "acme", "--yes"});
  check(held, 0, "tenant acme is held until 2");
  check(held, 0, "acctl tenant delete acme --confirm acme --hold 0");
  check(acctl({"tenant", "purge", "-t", "bert", "--yes"}), 0, "tenant bert is active, not held for deletion");
  CHECK(statuses(acctl) == "acme deprovisioning, bert active");
}

TEST_CASE("tenant purge drops those whose hold is over, after a yes, and nobody else") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert", "cleo"}) acctl.create(slug);
  hold(acctl, "acme", true);
  hold(acctl, "bert", false);
  CHECK(leftovers(acctl) == "hold acme\n");
  check(acctl({"tenant", "doctor"}), 0, "1 leftover; remove with 'acctl tenant purge'");
  const std::string before = acctl.world_but_audit();
  const std::string storage =
      acctl.storage_root() + "/" + acctl.control("select id from acctl.tenants where slug = 'acme'");
  CHECK(fs::exists(storage));
  check(acctl({"tenant", "purge"}), 10, "Do you want to remove 1 tenant whose hold has expired?");
  check(acctl({"tenant", "purge", "--dry-run"}), 0,
        "1 tenant whose hold has expired would be removed; nothing was done");
  check(acctl({"tenant", "purge", "bert", "--yes"}), 0, "nothing was removed");
  check(acctl({"tenant", "purge", "cleo", "--yes"}), 0, "nothing was removed");
  check(acctl({"tenant", "purge", "nobody", "--yes"}), 3, "nobody");
  CHECK(acctl.world_but_audit() == before);
  const Result done = acctl({"tenant", "purge", "--yes", "-o", "json"});
  check(done, 0);
  CHECK(acctl::test::keys_of(done.json()[0]) == "kind name tenant detail removed error");
  CHECK(done.json()[0]["name"] == "acme");
  CHECK(done.json()[0]["removed"] == true);
  CHECK(statuses(acctl) == "acme deleted, bert deprovisioning, cleo active");
  CHECK_FALSE(fs::exists(storage));
  CHECK(acctl.control("select action || ' ' || outcome from acctl.audit order by id desc limit 1") ==
        "tenant.delete done");
  CHECK(leftovers(acctl) == "");
  const std::string after = acctl.world();
  check(acctl({"tenant", "purge", "--yes"}), 0, "nothing was removed");
  CHECK(acctl.world() == after);
}

TEST_CASE("promise 13: a tenant that is resumed while purge asks is not dropped") {
  const TestPlatform acctl;
  acctl.create("acme");
  hold(acctl, "acme", true);
  Running running({.words = {acctl::test::program_path(), "tenant", "purge"}, .environment = acctl.acctl.environment},
                  {.terminal = true});
  REQUIRE(running.says("[y/N] "));
  check(acctl({"tenant", "resume", "acme"}), 0);
  running.type("y\n");
  check(running.finish(), 0, "nothing was removed");
  CHECK(statuses(acctl) == "acme active");
  CHECK(acctl.in("acme", "select count(*) from app.users") == "1");
}

TEST_CASE("promise 15: old template databases go, current ones and those of a newer acctl or of others stay") {
  const TestPlatform acctl;
  const std::string head = std::to_string(acctl::tenant_migrations().size());
  const std::string now = acctl.control("select extract(epoch from now())::bigint");
  const std::string killed = "acctl_template_building_" + std::to_string(std::stol(now) - 7200) + "_0badcafe";
  const std::string building = "acctl_template_building_" + now + "_0badcafe";
  make_template(acctl, template_called("1"));
  make_template(acctl, template_called(head));
  make_template(acctl, template_called("999"));
  make_template(acctl, "acctl_template_mine_1_0123456789ab", false);
  make_template(acctl, killed, false);
  make_template(acctl, building, false);
  CHECK(leftovers(acctl) ==
        sorted_lines({"template " + killed, "template " + template_called("1"), "template " + template_called(head)}));
  const Result done = acctl({"tenant", "purge", "--yes"});
  check(done, 0, "3 leftovers removed");
  CHECK(acctl.control("select string_agg(datname, ' ' order by datname) from pg_database where datname like "
                      "'acctl\\_template\\_%' and datname not like '%helpdesk\\_" +
                      head + "\\_%'") ==
        building + " " + template_called("999") + " acctl_template_mine_1_0123456789ab");
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'platform.purge' and outcome = 'done'") == "3");
  CHECK(acctl.create("acme")["status"] == "active");
}

TEST_CASE("promise 15: what killed runs left of files goes when nobody has touched it for an hour") {
  TestPlatform acctl;
  const std::string folder = acctl.folder.path();
  for (const char* part : {"/mail/new", "/mail/tmp", "/keys"}) fs::create_directories(folder + part);
  set_mail(acctl, "transport: maildir, folder: " + folder + "/mail, from: no-reply@help.example");
  acctl.acctl.environment["ACCTL_KEY_FILE"] = folder + "/keys/platform.key";
  const std::vector<std::string> gone = {folder + "/keys/.platform.key.acctl-new",
                                         folder + "/mail/new/.a.acctl.acctl-new", folder + "/mail/tmp/b.acctl.Xy12Zz"};
  const std::vector<std::string> stay = {folder + "/keys/platform.key.backup", folder + "/mail/new/c.acctl",
                                         folder + "/mail/tmp/d.Xy12Zz"};
  for (const std::vector<std::string>& part : {gone, stay}) {
    for (const std::string& path : part) make_file(path, true);
  }
  const std::string fresh = folder + "/mail/new/.e.acctl.acctl-new";
  make_file(fresh, false);
  CHECK(leftovers(acctl) == "file " + gone[0] + "\nfile " + gone[1] + "\nfile " + gone[2] + "\n");
  check(acctl({"tenant", "purge", "--dry-run"}), 0, "3 temporary files would be removed");
  for (const std::string& path : gone) CHECK(fs::exists(path));
  check(acctl({"tenant", "purge", "--yes"}), 0, "3 leftovers removed");
  for (const std::string& path : gone) CHECK_FALSE(fs::exists(path));
  for (const std::string& path : stay) CHECK(file_text(path) == "half a");
  CHECK(fs::exists(fresh));
}

TEST_CASE("one leftover that cannot be removed stops no other") {
  const TestPlatform acctl;
  acctl.create("acme");
  hold(acctl, "acme", true);
  make_template(acctl, template_called("1"));
  acctl.control("alter database " + template_called("1") + " owner to postgres");
  const Result partly = acctl({"tenant", "purge", "--yes"});
  check(partly, 6, template_called("1"));
  CHECK_THAT(partly.err, Catch::Contains("must be owner"));
  CHECK(statuses(acctl) == "acme deleted");
  CHECK(has_database(acctl, template_called("1")));
}

TEST_CASE("promise 13: what is there of a deleted tenant, restored perhaps, goes with --remains only") {
  const TestPlatform acctl;
  const std::string id =
      acctl.create("acme")["resources"]["storage"].get<std::string>().substr(acctl.storage_root().size() + 1);
  check(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}), 0);
  fs::create_directory(acctl.storage_root() + "/" + id);
  acctl.control("create database acme owner acctl");
  acctl.control("comment on database acme is 'acctl tenant " + id + "'");
  const Result found = acctl({"tenant", "doctor"});
  check(found, 7, "of tenant acme, which is deleted; 'acctl tenant purge --remains' drops it");
  const std::string before = acctl.world_but_audit();
  check(acctl({"tenant", "purge", "--yes"}), 0, "nothing was removed");
  check(acctl({"tenant", "purge", "acme", "--yes"}), 0, "nothing was removed");
  check(acctl({"tenant", "purge", "acme", "--remains"}), 10, "there is still its database, its storage");
  CHECK(acctl.world_but_audit() == before);
  check(acctl({"tenant", "purge", "--remains", "--yes"}), 0, "1 leftover removed");
  CHECK_FALSE(has_database(acctl, "acme"));
  CHECK_FALSE(fs::exists(acctl.storage_root() + "/" + id));
  CHECK(acctl.control("select action || ' ' || slug from acctl.audit order by id desc limit 1") == "tenant.purge acme");
  check(acctl({"tenant", "doctor"}), 0);
}
