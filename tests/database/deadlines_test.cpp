// The time limit is each statement's: not that of a batch, nor of a script.
#include <chrono>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using acctl::Connection;
using acctl::Error;
using acctl::ErrorKind;
using acctl::Snapshot;
using acctl::Statement;
using acctl::test::Cluster;

namespace {

// A limit of a second: the server keeps it, and one more is waited for a server that does not.
acctl::SessionOptions a_second() { return {.statement_timeout = acctl::Milliseconds(1'000)}; }

const char* const wait = "select pg_sleep(0.8)";

}  // namespace

TEST_CASE("statements of a batch or script may take their time one after the other") {
  const Cluster cluster;
  Connection database(cluster.dsn(), a_second());
  CHECK(database.batch({Statement{wait}, Statement{wait}, Statement{wait}, Statement{"select 7"}}, Snapshot::one)[3]
            .integer(0, 0) == 7);
  CHECK(database.batch({Statement{wait}, Statement{wait}, Statement{wait}}, Snapshot::each).size() == 3);
  CHECK(database.script(std::string(wait) + ";" + wait + ";" + wait + "; select 7").integer(0, 0) == 7);
}

TEST_CASE("one statement that takes too long ends a batch or script, which leaves nothing") {
  const Cluster cluster;
  Connection database(cluster.dsn(), a_second());
  database.script("create temporary table t (x integer)");
  const auto is_late = [&](const auto& run) {
    try {
      run();
      FAIL("nothing was thrown");
    } catch (const acctl::SqlError& error) {
      CHECK(error.sqlstate() == "57014");
    }
    CHECK(database.usable());
    CHECK(database.query("select count(*) from t").integer(0, 0) == 0);
  };
  is_late([&] { database.script("insert into t values (1); select pg_sleep(60); insert into t values (2)"); });
  is_late([&] { database.batch({Statement{"insert into t values (1)"}, Statement{"select pg_sleep(60)"}}); });
  is_late([&] {
    database.batch({Statement{"insert into t values (1)"}, Statement{"select pg_sleep(60)"}}, Snapshot::each);
  });
}

TEST_CASE("a script that fails half-way leaves nothing, and its own transactions are its own") {
  const Cluster cluster;
  Connection database(cluster.dsn(), {});
  database.script("create temporary table t (x integer)");
  CHECK_THROWS_WITH(database.script("insert into t values (1); insert into t values ('x')"),
                    Catch::Contains("invalid input"));
  CHECK(database.query("select count(*) from t").integer(0, 0) == 0);
  database.script("begin; insert into t values (1); commit; begin; insert into t values (2); rollback");
  CHECK(database.query("select count(*) from t").integer(0, 0) == 1);
}
