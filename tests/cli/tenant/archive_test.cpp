// What a deletion keeps: where it is, how it is fetched, and that it is whole.
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "provisioning/base/digest.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::file_text;
using acctl::test::keys_of;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;
namespace fs = std::filesystem;

namespace {

void check(const Result& result, int status, const std::string& part = "") {
  INFO(result.out << result.err);
  CHECK(result.status == status);
  CHECK_THAT(result.out + result.err, Catch::Contains(part));
}

Result remove(const TestPlatform& acctl, const std::string& slug, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"tenant", "delete", slug, "--confirm", slug};
  words.insert(words.end(), more.begin(), more.end());
  return acctl(words);
}

int mode_of_file(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 ? static_cast<int>(status.st_mode & 07777) : -1;
}

}  // namespace

TEST_CASE("tenant delete says where its export went and until when the tenant is held") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert", "carl", "dora"}) acctl.create(slug);
  const Result held = remove(acctl, "acme");
  check(held, 0, "tenant acme is deprovisioning; its database is held until 20");
  check(held, 0, "its configuration is kept in the archive as export 1: acctl tenant archive fetch acme --out FILE");
  check(remove(acctl, "acme"), 0, "as export 1: acctl tenant archive fetch acme");
  check(remove(acctl, "acme", {"--hold", "0"}), 0, "as export 1: acctl tenant archive fetch acme");
  check(remove(acctl, "acme"), 0, "as export 1: acctl tenant archive fetch acme");
  const Result none = remove(acctl, "bert", {"--no-export"});
  check(none, 0);
  CHECK_THAT(none.err, !Catch::Contains("archive"));
  const Result several = acctl({"tenant", "delete", "carl", "dora", "--confirm", "carl,dora"});
  check(several, 0, "carl: held until 20");
  check(several, 0, ": acctl tenant archive fetch dora");
}

TEST_CASE("the archive lists, shows and fetches what deletions have left, of each tenant of a slug") {
  const TestPlatform acctl;
  check(acctl({"tenant", "archive", "list"}), 0, "the archive is empty");
  acctl.create("acme");
  REQUIRE(remove(acctl, "acme", {"--hold", "0"}).status == 0);
  acctl.create("acme");
  REQUIRE(remove(acctl, "acme").status == 0);
  acctl.create("bert");
  REQUIRE(remove(acctl, "bert").status == 0);

  const auto all = acctl.json({"tenant", "archive", "list"});
  REQUIRE(all.size() == 3);
  CHECK(keys_of(all[0]) ==
        "id slug name tenant_id status plan pack schema_version document_bytes data created_at hold_until deleted_at");
  CHECK(all[0]["slug"] == "bert");
  CHECK(all[1]["status"] == "deprovisioning");
  CHECK(all[1]["deleted_at"].is_null());
  CHECK(all[2]["status"] == "deleted");
  CHECK(all[2]["hold_until"].is_null());
  CHECK(all[1]["tenant_id"] != all[2]["tenant_id"]);
  CHECK(acctl.json({"tenant", "archive", "list", "acme"}).size() == 2);
  CHECK(acctl.json({"tenant", "archive", "list", "-t", "bert"}).size() == 1);
  check(acctl({"tenant", "archive", "list", "nosuch"}), 3, "there is no tenant 'nosuch'");
  acctl.create("carl");
  check(acctl({"tenant", "archive", "list", "carl"}), 0, "the archive holds no export of carl");
  check(acctl({"tenant", "archive", "list", "-t", "carl"}), 0, "the archive holds no export of carl");

  CHECK(acctl.json({"tenant", "archive", "show", "acme"})["id"] == 2);
  CHECK(acctl.json({"tenant", "archive", "show", "acme", "--id", "1"})["id"] == 1);
  check(acctl({"tenant", "archive", "show", "acme", "--id", "3"}), 3, "acctl tenant archive list acme");
  check(acctl({"tenant", "archive", "show", "acne"}), 3, "did you mean 'acme'");

  const std::string path = acctl.folder.path() + "/acme.yaml";
  check(acctl({"tenant", "archive", "fetch", "acme", "--out", path, "--dry-run"}), 0, "would be written");
  CHECK_FALSE(fs::exists(path));
  check(acctl({"tenant", "archive", "fetch", "acme", "--out", path}), 0, "export 2 of tenant acme written to " + path);
  CHECK(mode_of_file(path) == 0600);
  CHECK(acctl({"tenant", "archive", "fetch", "acme", "--out", "-"}).out == file_text(path));
  const std::string whole = acctl.folder.path() + "/whole.yaml";
  check(acctl({"tenant", "archive", "fetch", "acme", "--with-identity", "--out", whole}), 0, "written to " + whole);
  CHECK(acctl::sha256_hex(file_text(whole)) ==
        acctl.control(
            "select encode(sha256(convert_to(document, 'UTF8')), 'hex') from acctl.tenant_exports where id = 2"));
  CHECK_FALSE(fs::exists(path + ".dump"));
  CHECK(acctl.control("select action || ' ' || slug from acctl.audit order by id desc limit 1") ==
        "tenant.archive.fetch acme");
  check(acctl({"tenant", "archive", "fetch", "acme"}), 3, "--out");
}

TEST_CASE("show, fetch and restore take the numbers that the archive's list prints, and completion offers them") {
  const TestPlatform acctl;
  for (const std::string slug : {"acme", "bert"}) {
    acctl.create(slug);
    check(remove(acctl, slug, {"--hold", "0"}), 0);
  }
  const std::string listed = acctl({"tenant", "archive", "list", "-o", "name"}).out;
  CHECK(listed == "2\n1\n");
  CHECK(acctl.json({"tenant", "archive", "show", "1"})["slug"] == "acme");
  CHECK(acctl.json({"tenant", "archive", "show", "2"})["slug"] == "bert");
  CHECK(acctl.json({"tenant", "archive", "show", "2", "-t", "bert"})["slug"] == "bert");
  check(acctl({"tenant", "archive", "show", "2", "-t", "acme"}), 3, "no export 2 of a tenant 'acme'");
  check(acctl({"tenant", "archive", "show", "1", "--id", "2"}), 3, "name different exports");
  for (const std::string missing : {"3", "99999999999999999999"}) {
    check(acctl({"tenant", "archive", "show", missing}), 3, "the archive has no export ");
  }
  check(acctl({"tenant", "archive", "fetch", "1", "--out", "-"}), 0);
  CHECK(acctl.control("select action || ' ' || slug from acctl.audit order by id desc limit 1") ==
        "tenant.archive.fetch acme");
  const auto offered = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all = {"__complete", "tenant", "archive", "show"};
    all.insert(all.end(), words.begin(), words.end());
    std::string out;  // nothing on a machine that is too busy to give it in time
    acctl::test::eventually([&] { return !(out = acctl(all).out).empty(); }, std::chrono::minutes(1));
    return out;
  };
  CHECK_THAT(offered({""}), Catch::Contains("acme\t") && Catch::Contains("1\tacme, ") && Catch::Contains("2\tbert, "));
  CHECK_THAT(offered({"2"}), Catch::StartsWith("2\tbert, "));
  CHECK_THAT(offered({"bert", "--id", ""}), Catch::Contains("2\tbert, ") && !Catch::Contains("acme\t"));
  check(acctl({"tenant", "restore", "acme", "--from", "1"}), 0, "tenant acme is restored from export 1");
}

TEST_CASE("what is fetched from the archive gives nobody the name and the addresses of the tenant that it is of") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.in("acme", "update acctl.tenant set features = '{\"sso\": true}'");
  const std::string path = acctl.folder.path() + "/own.yaml";
  put_file(
      path,
      "acctl: 1\nidp:\n  entra:\n    name: Acme\n    issuer: https://login.example.com/acme\n    client_id: acme\n"
      "settings:\n  sso.enforced: true\n  own.note: \"two\\n\\nlines\"\nroles: {own: {name: Own, permissions: [tickets.view]}}\n"
      "guards: {protect: [roles/own]}\n");
  check(acctl({"apply", "-f", path, "-t", "acme", "--yes"}), 0);
  const std::string exported = acctl({"export", "-t", "acme"}).out;
  const std::string with_identity = acctl({"export", "-t", "acme", "--with-identity"}).out;
  REQUIRE(remove(acctl, "acme").status == 0);
  // The same bytes as those of an export, mark and all.
  CHECK(acctl({"tenant", "archive", "fetch", "acme", "--out", "-"}).out == exported);
  CHECK(acctl({"tenant", "archive", "fetch", "acme", "--with-identity", "--out", "-"}).out == with_identity);

  const auto names = [&](const std::string& tenant) {
    return acctl.in(tenant,
                    "select string_agg(value #>> '{}', ' ' order by key) from app.settings where key in "
                    "('branding.name', 'portal.hostname', 'support.address', 'sso.enforced')");
  };
  acctl.create("bert");
  const std::string own = names("bert");
  check(acctl({"tenant", "archive", "fetch", "acme", "--out", path}), 0);
  check(acctl({"import", "-f", path, "-t", "bert", "--max-removals", "100%", "--yes"}), 0);
  CHECK(acctl.in("bert", "select count(*) from app.roles where key = 'own'") == "1");
  CHECK(names("bert") == own);
  CHECK(acctl.in("bert", "select count(*) from app.identity_providers") == "0");
  // Who asks for it gets it.
  acctl.in("bert", "update acctl.tenant set features = '{\"sso\": true}'");
  check(acctl({"tenant", "archive", "fetch", "acme", "--with-identity", "--out", path}), 0);
  // The addresses are those of acme while it is held.
  check(acctl({"import", "-f", path, "-t", "bert", "--max-removals", "100%", "--yes"}), 7,
        "which belongs to tenant acme");
  CHECK(names("bert") == own);
  check(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}), 0);
  check(acctl({"import", "-f", path, "-t", "bert", "--max-removals", "100%", "--yes"}), 0);
  CHECK(acctl.in("bert", "select key from app.identity_providers") == "entra");
  CHECK(names("bert") != own);
  // A clone has its own, too.
  acctl.create("carl");
  acctl.in("carl", "update app.settings set value = '\"Carl\"' where key = 'branding.name'");
  check(acctl({"tenant", "clone", "carl", "dora", "--name", "Dora", "--admin-email", "ana@acme.example"}), 0);
  CHECK(names("dora").starts_with("Dora "));
}

TEST_CASE("a deletion with data keeps a dump that is whole, and nobody writes after it") {
  const TestPlatform acctl;
  const auto tenant = acctl.create("acme");
  acctl.in("acme", "insert into app.contacts (email) values ('someone@example.com')");
  check(remove(acctl, "acme", {"--with-data", "--no-export"}), 3, "cannot be combined");
  check(remove(acctl, "acme", {"--with-data", "--hold", "0"}), 0, "its configuration and its data are kept");
  const auto shown = acctl.json({"tenant", "archive", "show", "acme"});
  const std::string file = shown["data"]["file"];
  CHECK(mode_of_file(file) == 0600);
  CHECK(mode_of_file(fs::path(file).parent_path().string()) == 0700);
  CHECK(shown["data"]["bytes"] == fs::file_size(file));
  CHECK(shown["data"]["sha256"] == acctl::sha256_hex(file_text(file)));
  check(acctl({"tenant", "doctor"}), 0);

  const std::string path = acctl.folder.path() + "/acme.yaml";
  check(acctl({"tenant", "archive", "fetch", "acme", "--out", path}), 0, "and its data to " + path + ".dump");
  CHECK(file_text(path + ".dump") == file_text(file));
  CHECK(mode_of_file(path + ".dump") == 0600);
  CHECK_THAT(file_text(path), Catch::StartsWith("# data: " + std::to_string(fs::file_size(file)) + " bytes, sha256 " +
                                                shown["data"]["sha256"].get<std::string>()));

  put_file(file, file_text(file).substr(1));
  check(acctl({"tenant", "archive", "fetch", "acme", "--out", path}), 7, "is not the dump that the registry knows");
  fs::remove(file);
  check(acctl({"tenant", "archive", "fetch", "acme", "--out", path}), 3, "cannot read " + file);
}

TEST_CASE("a dump that fails leaves an active tenant as it was") {
  const TestPlatform acctl;
  acctl.create("acme");
  put_file(acctl.storage_root() + "/.archive", "in the way");
  const std::string before = acctl.world_but_audit();
  const Result failed = remove(acctl, "acme", {"--with-data"});
  CHECK(failed.status != 0);
  CHECK_THAT(failed.err, Catch::Contains("--no-export"));
  CHECK(acctl.json({"tenant", "show", "acme"})["status"] == "active");
  CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + acctl.app_role("acme") + "'") == "t");
  fs::remove(acctl.storage_root() + "/.archive");
  CHECK(acctl.control("select count(*) from acctl.tenant_exports") == "0");
  check(remove(acctl, "acme", {"--with-data"}), 0);
}
