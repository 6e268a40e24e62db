#include "provisioning/database/connection.hpp"

#include <signal.h>
#include <stdlib.h>

#include <map>
#include <memory>

#include "provisioning/database/records.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

using acctl::Connection;
using acctl::Error;
using acctl::ErrorKind;
using acctl::SessionOptions;
using acctl::SqlError;
using acctl::Transaction;
using acctl::test::Cluster;
using acctl::test::Stop;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

// One server for all tests that do it no harm.
Cluster& shared() {
  static Cluster cluster;
  return cluster;
}

SessionOptions impatient() {
  SessionOptions options;
  options.connect_timeout = 2s;
  options.statement_timeout = 300ms;
  options.lock_timeout = 200ms;
  return options;
}

// The error that `action` throws; the test fails where it throws none.
template <class Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error("not reached");
}

template <class Action>
SqlError sql_error_of(Action action) {
  try {
    action();
  } catch (const SqlError& error) {
    return error;
  }
  FAIL("no SqlError was thrown");
  throw std::logic_error("not reached");
}

std::string backend_of(Connection& connection) {
  return std::string(connection.query("select pg_backend_pid()::text").text(0, 0));
}

// A variable of the environment, for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("parameters arrive as they are") {
  Connection connection(shared().dsn(), {});
  const std::string text = "it's \"quoted\" \\ $1 ; -- \xC3\xA9\n";
  const auto rows = connection.query("select $1::text, $2::bigint, $3::boolean, $4::text, $5::text",
                                     {text, std::int64_t{9'223'372'036'854'775'807}, true, std::nullopt, ""});
  REQUIRE(rows.size() == 1);
  CHECK(rows.text(0, 0) == text);
  CHECK(rows.integer(0, 1) == 9'223'372'036'854'775'807);
  CHECK(rows.boolean(0, 2));
  CHECK(rows.is_null(0, 3));
  CHECK_FALSE(rows.optional(0, 3));
  CHECK_FALSE(rows.is_null(0, 4));
  CHECK(rows.optional(0, 4) == "");
}

TEST_CASE("rows become records by the places of their columns") {
  struct Place {
    std::string name;
    std::optional<std::int64_t> number;
  };
  struct Record {
    std::string text;
    bool yes = false;
    std::int64_t count = 0;
    std::optional<std::string> none;
    std::optional<std::string> empty;
    Place place;
    std::vector<std::string> words;
    std::vector<std::int64_t> numbers;
  };
  Connection connection(shared().dsn(), SessionOptions());
  const auto records = acctl::read_records<Record>(
      connection.query("select null, true, 7::bigint, null, '', 'here', null, '[\"a\", \"b\"]'::json, '[1, 2]'::json "
                       "union all select 'b', false, 0, 'c', null, '', 5, null, null"));
  REQUIRE(records.size() == 2);
  const Record& one = records.front();
  CHECK((one.text.empty() && one.yes && one.count == 7));
  CHECK(one.none == std::nullopt);
  CHECK(one.empty == "");
  CHECK(one.place.name == "here");
  CHECK(one.place.number == std::nullopt);
  CHECK(one.words == std::vector<std::string>{"a", "b"});
  CHECK(one.numbers == std::vector<std::int64_t>{1, 2});
  const Record& other = records.back();
  CHECK((other.text == "b" && !other.yes && other.count == 0));
  CHECK(other.none == "c");
  CHECK(other.place.number == 5);
  CHECK((other.words.empty() && other.numbers.empty()));
  CHECK_THROWS_AS(acctl::read_records<Place>(connection.query("select 'a'")), Error);
  CHECK_THROWS_AS(acctl::read_records<Place>(connection.query("select 'a', 1, 2")), Error);
}

TEST_CASE("a NUL in a parameter is refused before anything is sent", "[rule sessions]") {
  Connection connection(shared().dsn(), {});
  const Error error = error_of([&] { connection.query("select $1", {std::string("a\0b", 3)}); });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK(connection.query("select 1").integer(0, 0) == 1);
}

TEST_CASE("an error of the server keeps its sqlstate and its constraint, and the session") {
  Connection connection(shared().dsn(), {});
  connection.script("create temporary table t (a int constraint positive check (a > 0))");
  const SqlError violated = sql_error_of([&] { connection.query("insert into t values (-1)"); });
  CHECK(violated.kind() == ErrorKind::failed);
  CHECK(violated.sqlstate() == "23514");
  CHECK(violated.constraint() == "positive");
  CHECK(sql_error_of([&] { connection.query("select nonsense"); }).sqlstate() == "42703");
  CHECK(connection.usable());
  CHECK(connection.query("select count(*) from t").integer(0, 0) == 0);
}

// libpqxx 6.4 drops the sqlstate of some of these, and takes one of class 08 for the end of the session.
TEST_CASE("errors of all classes keep their sqlstate, and the session") {
  Connection connection(shared().dsn(), {});
  for (const auto& [sqlstate, kind] : std::map<std::string, ErrorKind>{{"08006", ErrorKind::connection},
                                                                       {"22012", ErrorKind::failed},
                                                                       {"40001", ErrorKind::locked},
                                                                       {"40P01", ErrorKind::locked},
                                                                       {"42501", ErrorKind::connection},
                                                                       {"53100", ErrorKind::failed},
                                                                       {"53300", ErrorKind::connection},
                                                                       {"AC001", ErrorKind::failed},
                                                                       {"P0001", ErrorKind::failed}}) {
    const std::string raise =
        "do $$ begin raise exception 'no' using errcode = '" + sqlstate + "', detail = 'so'; end $$";
    const SqlError error = sql_error_of([&] { connection.query(raise.c_str()); });
    CHECK(error.sqlstate() == sqlstate);
    CHECK(error.kind() == kind);
    CHECK(std::string(error.what()) == "no: so");
    CHECK(sql_error_of([&] { connection.batch({{"select 1"}, {raise}}); }).sqlstate() == sqlstate);
  }
  CHECK(connection.query("select 1").integer(0, 0) == 1);
}

TEST_CASE("a batch may be larger than what either side buffers") {
  Connection connection(shared().dsn(), {});
  const std::string large(4'000'000, 'x');
  const auto all = connection.batch(std::vector<acctl::Statement>(12, {"select $1::text", {large}}));
  REQUIRE(all.size() == 12);
  for (const acctl::Rows& rows : all) CHECK(rows.text(0, 0) == large);
}

TEST_CASE("large answers are handed over one by one, and what that throws ends nothing but the batch") {
  Connection connection(shared().dsn(), {});
  const std::vector<acctl::Statement> statements = {{"select generate_series(1, 3)"}, {"select 4"}, {"select 5"}};
  std::vector<std::pair<std::size_t, std::int64_t>> seen;
  connection.batch(statements, [&](std::size_t place, const acctl::Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) seen.emplace_back(place, rows.integer(row, 0));
  });
  CHECK(seen == std::vector<std::pair<std::size_t, std::int64_t>>{{0, 1}, {0, 2}, {0, 3}, {1, 4}, {2, 5}});
  int taken = 0;
  const auto stumble = [&](std::size_t, const acctl::Rows&) {
    ++taken;
    throw Error(ErrorKind::invalid, "not to be read");
  };
  CHECK_THROWS_WITH(connection.batch(statements, stumble), "not to be read");
  CHECK(taken == 1);
  CHECK(connection.query("select 6").integer(0, 0) == 6);
  // Of the two the server's error is told: what was read may be half of the truth.
  CHECK(sql_error_of([&] { connection.batch({{"select 1"}, {"select 1 / 0"}}, stumble); }).sqlstate() == "22012");
  CHECK(connection.query("select 7").integer(0, 0) == 7);
}

TEST_CASE("a script is one transaction") {
  Connection connection(shared().dsn(), {});
  CHECK(sql_error_of([&] { connection.script("create table public.half (a int); select 1/0"); }).sqlstate() == "22012");
  CHECK(connection.query("select to_regclass('public.half') is null").boolean(0, 0));
}

TEST_CASE("a statement that takes too long is a matter of waiting") {
  Connection connection(shared().dsn(), impatient());
  const SqlError error = sql_error_of([&] { connection.query("select pg_sleep(60)"); });
  CHECK(error.kind() == ErrorKind::locked);
  CHECK(error.sqlstate() == "57014");
  CHECK(connection.usable());
}

TEST_CASE("a lock that another session holds is not waited for longer than allowed") {
  Connection holder(shared().dsn(), {});
  const Transaction transaction(holder);
  holder.query("select pg_advisory_xact_lock(7)");
  Connection waiter(shared().dsn(), impatient());
  const SqlError error = sql_error_of([&] { waiter.query("select pg_advisory_xact_lock(7)"); });
  CHECK(error.kind() == ErrorKind::locked);
  CHECK(error.sqlstate() == "55P03");
}

TEST_CASE("a server that falls silent is given up within the deadline") {
  Cluster cluster;
  Connection connection(cluster.dsn(), impatient());
  REQUIRE(kill(std::stoi(backend_of(connection)), SIGSTOP) == 0);
  const auto start = Clock::now();
  const Error error = error_of([&] { connection.query("select 1"); });
  CHECK(error.kind() == ErrorKind::connection);
  CHECK(Clock::now() - start < 5s);
  CHECK_FALSE(connection.usable());
}

TEST_CASE("a postmaster that falls silent is given up within the deadline") {
  Cluster cluster;
  REQUIRE(kill(cluster.pid(), SIGSTOP) == 0);
  const auto start = Clock::now();
  const Error error = error_of([&] { Connection(cluster.dsn(), impatient()); });
  CHECK(error.kind() == ErrorKind::connection);
  CHECK(Clock::now() - start < 5s);
}

TEST_CASE("a session whose backend was ended cannot be used again") {
  Connection connection(shared().dsn(), {});
  shared().query("postgres", "select pg_terminate_backend(" + backend_of(connection) + ", 5000)");
  CHECK(error_of([&] { connection.query("select 1"); }).kind() == ErrorKind::connection);
  CHECK_FALSE(connection.usable());
  const Error again = error_of([&] { connection.query("select 1"); });
  CHECK(again.kind() == ErrorKind::connection);
  CHECK_FALSE(connection.usable());
}

TEST_CASE("a session that the server ends before its first use is a connection error", "[rule sessions]") {
  Connection connection(shared().dsn(), {.application = "acctl/begun"}, acctl::Connect::async);
  const std::string begun = "from pg_stat_activity where application_name = 'acctl/begun' and state = 'idle'";
  REQUIRE(acctl::test::eventually([&] { return shared().query("postgres", "select count(*) " + begun) == "1"; }));
  shared().query("postgres", "select pg_terminate_backend(pid, 5000) " + begun);
  CHECK(error_of([&] { connection.query("select 1"); }).kind() == ErrorKind::connection);
  CHECK_FALSE(connection.usable());
}

TEST_CASE("a server that crashes in the middle ends the session, not the program") {
  Cluster cluster;
  Connection connection(cluster.dsn(), {});
  const Transaction transaction(connection);
  connection.query("create table public.t (a int)");
  cluster.restart(Stop::kill);
  CHECK(error_of([&] { connection.query("select 1"); }).kind() == ErrorKind::connection);
  Connection fresh(cluster.dsn(), {});
  CHECK(fresh.query("select to_regclass('public.t') is null").boolean(0, 0));
}

TEST_CASE("a server that is down is a connection error that names the database") {
  Cluster cluster;
  cluster.stop();
  const Error error = error_of([&] { Connection(cluster.dsn(), impatient()); });
  CHECK(error.kind() == ErrorKind::connection);
  CHECK_THAT(error.what(), Catch::Contains("/acctl"));
  CHECK_THAT(error.what(), Catch::Contains(" Is the server running locally"));  // one line, as libpq's two
  CHECK_THAT(error.what(), !Catch::Contains("\t"));
  CHECK_FALSE(error.hint().empty());
}

TEST_CASE("a wrong password and a full server are connection errors") {
  const Cluster cluster({.settings = {{"max_connections", "4"}, {"superuser_reserved_connections", "3"}},
                         .hba = "local all postgres trust\nlocal all all scram-sha-256\n"});
  cluster.query("postgres", "alter role acctl password 'right'");
  const Error wrong = error_of([&] { Connection(cluster.dsn().with("password", "wrong-secret"), impatient()); });
  CHECK(wrong.kind() == ErrorKind::connection);
  CHECK_THAT(wrong.what(), !Catch::Contains("wrong-secret"));

  const acctl::Dsn right = cluster.dsn().with("password", "right");
  const Connection only(right, {});
  const Error full = error_of([&] { Connection(right, impatient()); });
  CHECK(full.kind() == ErrorKind::connection);
}

TEST_CASE("a missing database or role is a connection error") {
  CHECK(error_of([&] { Connection(shared().dsn("acctl", "nowhere"), {}); }).kind() == ErrorKind::connection);
  CHECK(error_of([&] { Connection(shared().dsn("nobody"), {}); }).kind() == ErrorKind::connection);
}

TEST_CASE("a server that only reads is told from one that fails") {
  Connection connection(shared().dsn(), {});
  connection.script("set default_transaction_read_only = on");
  const SqlError error = sql_error_of([&] { connection.query("create table public.t (a int)"); });
  CHECK(error.kind() == ErrorKind::connection);
  CHECK(error.sqlstate() == "25006");
}

TEST_CASE("the commit of an aborted transaction is an error", "[promise 3]") {
  Connection connection(shared().dsn(), {});
  Transaction transaction(connection);
  sql_error_of([&] { transaction.query("select 1/0"); });
  CHECK(error_of([&] { transaction.commit(); }).kind() == ErrorKind::failed);
  CHECK(connection.query("select 1").integer(0, 0) == 1);
}

TEST_CASE("a transaction that is left without commit is rolled back") {
  Connection connection(shared().dsn(), {});
  {
    Transaction transaction(connection);
    transaction.query("create table public.left_behind (a int)");
  }
  CHECK(connection.query("select to_regclass('public.left_behind') is null").boolean(0, 0));
  {
    Transaction transaction(connection);
    transaction.query("create table public.kept (a int)");
    transaction.commit();
  }
  CHECK(connection.query("select to_regclass('public.kept') is not null").boolean(0, 0));
}

TEST_CASE("the environment cannot weaken the session", "[rule sessions]") {
  const Variable options("PGOPTIONS", "-c statement_timeout=0 -c search_path=public -c lock_timeout=0");
  const Variable encoding("PGCLIENTENCODING", "LATIN1");
  const Variable name("PGAPPNAME", "someone else");
  const Variable database("PGDATABASE", "postgres");
  const Variable user("PGUSER", "postgres");
  SessionOptions limits = impatient();
  limits.application = "acctl/run";
  Connection connection(shared().dsn(), limits);
  const auto shown = [&](const std::string& setting) {
    return std::string(connection.query(("show " + setting).c_str()).text(0, 0));
  };
  CHECK(shown("statement_timeout") == "300ms");
  CHECK(shown("lock_timeout") == "200ms");
  CHECK(shown("search_path") == "pg_catalog");
  CHECK(shown("client_encoding") == "UTF8");
  CHECK(shown("application_name") == "acctl/run");
  CHECK(connection.query("select current_user || '@' || current_database()").text(0, 0) == "acctl@acctl");
}

// libpq sends these after `options`, and they win.
TEST_CASE("the environment cannot change how times are written", "[rule sessions]") {
  const Variable zone("PGTZ", "Asia/Tokyo");
  const Variable style("PGDATESTYLE", "German");
  Connection connection(shared().dsn(), {});
  CHECK(connection.query("show TimeZone").text(0, 0) == "UTC");
  CHECK(connection.query("show DateStyle").text(0, 0) == "ISO, MDY");
}

// Beside a host, be it a socket, libpq connects to the address that the environment names.
TEST_CASE("the environment cannot lead to another server", "[rule sessions]") {
  const Variable address("PGHOSTADDR", "127.0.0.1");
  CHECK_NOTHROW(Connection(shared().dsn(), impatient()));
}

TEST_CASE("an interrupt ends the wait at once") {
  bool asked = false;
  const std::function<bool()> interrupted = [&] { return asked; };
  SessionOptions options;
  options.interrupted = &interrupted;
  Connection connection(shared().dsn(), options);
  asked = true;
  const auto start = Clock::now();
  CHECK(error_of([&] { connection.query("select pg_sleep(60)"); }).kind() == ErrorKind::interrupted);
  CHECK(Clock::now() - start < 5s);
}

TEST_CASE("identifiers and literals are quoted whole", "[rule sessions]") {
  CHECK(acctl::quoted_identifier("a\"b") == "\"a\"\"b\"");
  CHECK(acctl::quoted_literal("a'b") == "'a''b'");
  CHECK_THROWS_AS(acctl::quoted_identifier(std::string(64, 'a')), Error);
  CHECK_THROWS_AS(acctl::quoted_identifier(""), Error);
  Connection connection(shared().dsn(), {});
  const std::string hostile = "x\\'; drop table y; -- ";
  CHECK(connection.script("select " + acctl::quoted_literal(hostile)).text(0, 0) == hostile);
}
