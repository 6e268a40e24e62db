// Who reads slowly: a review shown in a pager holds nothing open in the tenant's database.
#include <cstdio>
#include <memory>

#include "cli/terminal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::shell_quoted;
using acctl::test::program_path;
using acctl::test::TenantFixture;

TEST_CASE("a review that is read slowly has left the tenant's database when its first line is there") {
  const TenantFixture desk;
  desk.in(
      "update acctl.tenant set seat_limit = null; insert into app.users (email, status) select 'u' || i || "
      "'@acme.example', 'active' from generate_series(1, 2000) i");
  std::string command = "env -i";
  for (const auto& [name, value] : desk.acctl.acctl.environment) command += " " + shell_quoted(name + "=" + value);
  command += " " + shell_quoted(program_path());
  for (const std::string format : {"json", "csv"}) {
    INFO(format);
    int status = -1;
    const auto close = [&status](std::FILE* file) { status = pclose(file); };
    std::size_t size = 0;
    {
      const std::unique_ptr<std::FILE, decltype(close)> pipe(
          popen((command + " review -t acme -o " + format).c_str(), "r"), close);
      REQUIRE(pipe);
      // More than a pipe holds is still to come, and acctl waits for its reader.
      REQUIRE(std::fgetc(pipe.get()) != EOF);
      CHECK(desk.acctl.control("select count(*) from pg_stat_activity where application_name like 'acctl/%' and "
                               "xact_start is not null") == "0");
      char block[4096];
      for (std::size_t part = 0; (part = std::fread(block, 1, sizeof block, pipe.get())) > 0;) size += part;
    }
    CHECK(status == 0);
    CHECK(size > 100'000);
  }
}
