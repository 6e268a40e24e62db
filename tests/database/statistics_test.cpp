// What is asked right after a large run is planned with statistics of what that run has written.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::put_file;
using acctl::test::TestPlatform;

TEST_CASE("a run that writes thousands of rows leaves statistics behind, a small one does not") {
  const TestPlatform platform;
  platform.create("acme", {"--seats", "3000"});
  const auto invite = [&](int first, int count) {
    std::string csv = "email\n";
    for (int i = first; i < first + count; ++i) csv += "u" + std::to_string(i) + "@acme.example\n";
    const std::string path = platform.folder.path() + "/people.csv";
    put_file(path, csv);
    const auto result = platform.acctl({"user", "invite", "--file", path, "-t", "acme"});
    INFO(result.err);
    CHECK(result.status == 0);
  };
  const std::string statistics = "select count(*) from pg_stats where schemaname = 'app' and tablename = 'users'";
  invite(0, 20);
  CHECK(platform.in("acme", statistics) == "0");
  invite(20, 2'500);
  CHECK(platform.in("acme", statistics) != "0");
  CHECK(platform.in("acme", "select reltuples > 2000 from pg_class where oid = 'app.users'::regclass") == "t");
}
