// A server with few connections: acctl takes as many as there are, and the rest of the work waits its turn.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::TestPlatform;

namespace {

std::string requests(const std::string& prefix, int count) {
  std::string text = "acctl: 1\ntenants:\n";
  for (int i = 0; i < count; ++i) {
    const std::string slug = prefix + std::to_string(i);
    text += "  " + slug + ": {name: " + slug + ", admin_email: ana@" + slug + ".example}\n";
  }
  return text;
}

void work_on_all(const TestPlatform& acctl) {
  const std::string file = acctl.folder.path() + "/roles.yaml";
  acctl::test::put_file(file, "acctl: 1\nroles: {helper: {name: Helper, permissions: [tickets.view]}}\n");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"apply", "-f", file, "--all", "--yes"},
                                             {"user", "list", "--all"},
                                             {"review", "--all"},
                                             {"drift", "--all"},
                                             {"tenant", "doctor"},
                                             {"tenant", "migrate", "--all"},
                                             {"user", "invite", "new@x.example", "--all"},
                                             {"outbox", "deliver"},
                                             {"tenant", "suspend", "--match", "plan=trial", "--yes"},
                                             {"tenant", "resume", "--match", "plan=trial"}}) {
    INFO(words[0] << " " << words[1]);
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--parallel", "64"});
    check_ended(acctl(all), 0);
  }
}

}  // namespace

TEST_CASE("more workers than the server has connections do all of the work") {
  const TestPlatform acctl({.settings = {{"max_connections", "12"}, {"superuser_reserved_connections", "3"}}});
  check_ended(acctl({"tenant", "create", "-f", "-", "--parallel", "64"}, requests("t", 12)), 0);
  work_on_all(acctl);
}

TEST_CASE("the limit of the role that acctl connects as counts like that of the server") {
  const TestPlatform acctl;
  check_ended(acctl({"tenant", "create", "-f", "-"}, requests("t", 6)), 0);
  acctl.control("alter role acctl connection limit 4");
  work_on_all(acctl);
}

TEST_CASE("a server that others fill is named with what helps, and words it cannot read are exit 3") {
  TestPlatform acctl;
  acctl.control("alter role acctl connection limit 0");
  check_ended(acctl({"tenant", "list"}), 4, "Lower --parallel");
  acctl.control("alter role acctl connection limit -1");
  const auto invalid = [&](const std::string& words) {
    INFO(words);
    acctl.acctl.environment["ACCTL_DATABASE_URL"] = words;
    check_ended(acctl({"tenant", "list"}), 3, "the database URL is not valid: ");
  };
  invalid("host=localhost dbname=x sslmode=banana");
  invalid("host=localhost dbname=x port=99999");
  invalid("host=a,b port=1,2,3 dbname=x");
}
