// What a session relies on is as it has to be, whatever role and database would have it.
#include "provisioning/database/connection.hpp"
#include "tests/support/bad_settings.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using acctl::Connection;
using acctl::test::bad_settings;
using acctl::test::Cluster;

TEST_CASE("a session pins each setting that it relies on, the first one with a server and those that follow",
          "[rule sessions]") {
  const Cluster cluster;
  const int version = std::stoi(cluster.query("postgres", "select current_setting('server_version_num')"));
  const auto settings = bad_settings(version);
  for (const auto& [name, value] : settings) {
    const std::string bad = " set " + name + " = '" + value + "'";
    cluster.query("postgres", "alter role acctl" + bad);
    cluster.query("postgres", "alter role acctl in database acctl" + bad);
  }
  for (int session = 1; session <= 2; ++session) {
    Connection connection(cluster.dsn(), {});
    for (const auto& [name, value] : settings) {
      INFO("session " << session << ": " << name);
      // Where it comes from: "client" is what the session begins with, "session" what it was set to then.
      const auto row = connection.query(
          "select source, setting, boot_val from pg_settings where name = $1 or lower(name) = lower($1)", {name});
      CHECK((row.text(0, 0) == "client" || row.text(0, 0) == "session"));
      CHECK(row.text(0, 1) != value);
    }
    CHECK(connection.query("show transaction_isolation").text(0, 0) == "read committed");
  }
}
