// --dry-run writes nothing anywhere, and what is written keeps what belongs to the file.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;
namespace fs = std::filesystem;

namespace {

struct stat status_of(const std::string& path) {
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status;
}

}  // namespace

TEST_CASE("no file is written with --dry-run") {
  const TenantFixture desk;
  desk.applied("teams: {night: {name: Night}}\n");
  desk.by_hand("update app.teams set name = 'Other' where key = 'night'");
  const std::string file = desk.file("teams: {day: {name: Day}}\n");
  const std::string target = desk.acctl.folder.path() + "/target";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"export", "-t", "acme", "--out", target},
                                             {"drift", "-t", "acme", "--write", target},
                                             {"drift", "-t", "acme", "--out", target},
                                             {"plan", "-f", file, "-t", "acme", "--out", target},
                                             {"manual", "--directory", target}}) {
    std::vector<std::string> all = words;
    all.emplace_back("--dry-run");
    INFO(words[0] << " " << words.back());
    const Result result = desk.acctl(all);
    CHECK((result.status == 0 || result.status == 2));
    CHECK(contains(result.err, "would be written"));
    CHECK_FALSE(fs::exists(target));
    CHECK(desk.acctl(words).status == result.status);
    CHECK(fs::exists(target));
    fs::remove_all(target);
  }
}

TEST_CASE("a file that is written again keeps its owner and its mode, a new one is its owner's alone") {
  const TenantFixture desk;
  const std::string out = desk.acctl.folder.path() + "/out.yaml";
  check_ended(desk({"export", "--out", out}), 0);
  CHECK((status_of(out).st_mode & 07777) == 0600);
  const std::string untidy = desk.file("teams: {b: {name: B}, a: {name: A}}\n", "untidy.yaml");
  const bool root = geteuid() == 0;
  for (const std::string& path : {out, untidy}) {
    REQUIRE(chmod(path.c_str(), 0640) == 0);
    if (root) REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
  }
  const std::string before = file_text(untidy);
  check_ended(desk({"export", "--out", out}), 0);
  check_ended(desk.acctl({"fmt", "-f", untidy}), 0, "1 of 1 files changed");
  CHECK(before != file_text(untidy));
  for (const std::string& path : {out, untidy}) {
    CHECK((status_of(path).st_mode & 07777) == 0640);
    if (root) CHECK(status_of(path).st_uid == 65534);
    if (root) CHECK(status_of(path).st_gid == 65534);
  }
}

TEST_CASE("fmt --check escapes the names of files") {
  const TenantFixture desk;
  const std::string path = desk.file("teams: {b: {name: B}, a: {name: A}}\n", "x\x1b[31m\ny.yaml");
  const Result result = desk.acctl({"fmt", "-f", path, "--check"});
  CHECK(result.status == 1);
  CHECK(contains(result.out, "x\\x1b[31m\\x0ay.yaml\n"));
}

TEST_CASE("what fails half-way leaves no half page behind") {
  const TenantFixture desk;
  desk.acctl.control("alter database acme allow_connections false");
  for (const std::string format : {"html", "csv", "markdown", "json"}) {
    const Result result = desk({"review", "--format", format});
    INFO(format);
    CHECK(result.status != 0);
    // A report for CI may say that it failed; a page may not begin.
    CHECK((format == "markdown" || result.out.empty()));
    CHECK_FALSE(contains(result.out, "# Access review"));
  }
  CHECK(desk({"user", "list", "-o", "csv"}).out.empty());
  CHECK(desk({"user", "list", "-o", "json"}).out.empty());
}

TEST_CASE("people whose names a list kept from being formulas come back as they were") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", "ann@acme.example", "--name", "=Ana"}), 0);
  const std::string csv = desk({"review", "--format", "csv"}).out;
  CHECK(contains(csv, ",'=Ana,"));
  check_ended(
      desk({"user", "invite", "--file", "-"}, "email,name\r\nbea@acme.example,'=Bea\r\neve@acme.example,'t Hooft\r\n"),
      0);
  CHECK(desk.in("select string_agg(name, ', ' order by email) from app.users where email ~ '^(bea|eve)'") ==
        "=Bea, 't Hooft");
}
