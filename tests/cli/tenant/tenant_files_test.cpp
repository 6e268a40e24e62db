// Files of tenants as spreadsheets and `tenant list` write them.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::put_file;
using acctl::test::TestPlatform;

TEST_CASE("what tenant list writes as CSV tenant create reads back, and changes nothing") {
  const TestPlatform acctl;
  acctl.create("acme", {"--label", "tier=gold", "--label", "region-code=eu", "--label", "x=a, tier=bad", "--label",
                        "note=say \"b\"; c"});
  acctl.create("other");
  const std::string path = acctl.folder.path() + "/tenants.csv";
  put_file(path, acctl({"tenant", "list", "-o", "csv"}).out);
  check_ended(acctl({"tenant", "create", "-f", path}), 0, "2 unchanged");
  put_file(path, acctl({"tenant", "list", "-o", "csv"}).out + "third,Third,active,trial,main,1,,,\r\n");
  check_ended(acctl({"tenant", "create", "-f", path}), 3,
              "tenants.csv:4: tenant third does not exist, and has no admin_email");
  check_ended(acctl({"tenant", "show", "third"}), 3);
}

TEST_CASE("tenant create reads CSV from standard input with --format csv, with semicolons and ignored columns") {
  const TestPlatform acctl;
  const std::string list = "sep=;\nSlug;Name;Admin Email;Owner\nacme;Acme;ana@acme.example;Eva\n";
  check_ended(acctl({"tenant", "create", "-f", "-", "--format", "csv"}, list), 3, "unknown column 'Owner'");
  check_ended(acctl({"tenant", "create", "-f", "-", "--format", "csv", "--ignore-columns", "owner"}, list), 0,
              "1 created");
  check_ended(acctl({"tenant", "create", "--format", "csv"}), 3, "need --file");
}
