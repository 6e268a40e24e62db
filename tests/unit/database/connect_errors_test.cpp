// What libpq says when it cannot connect becomes one line, a kind and a hint that fits the cause.
#include "provisioning/database/connect_errors.hpp"

#include "tests/support/catch.hpp"

using acctl::Dsn;
using acctl::Error;
using acctl::ErrorKind;
using acctl::one_line;
using acctl::read_connect_failure;
using acctl::throw_connect_error;

namespace {

Error error_for(const std::string& message, const std::string& dbname = "acctl") {
  try {
    throw_connect_error(Dsn().with("host", "db.example").with("dbname", dbname), read_connect_failure(message));
  } catch (const Error& error) {
    return error;
  }
}

const std::string where = "connection to server at \"db.example\" (192.0.2.1), port 5432 failed: ";

}  // namespace

TEST_CASE("libpq's line ends and tabs become punctuation") {
  CHECK(one_line(where + "Connection refused\n\tIs the server running on that host and accepting connections?\n") ==
        where + "Connection refused; Is the server running on that host and accepting connections?");
  CHECK(one_line("one:\n\ttwo.\r\nthree\n\n") == "one: two. three");
  CHECK(one_line("FATAL:  role \"x\" does not exist\n") == "FATAL: role \"x\" does not exist");
  CHECK(one_line("").empty());
}

TEST_CASE("the SQLSTATE of a refusal is read and not shown, nor is a place in the server's sources") {
  const auto failure = read_connect_failure(
      where + "FATAL:  28P01: password authentication failed for user \"me\"\nLOCATION:  auth_failed, auth.c:326\n");
  CHECK(failure.sqlstate == "28P01");
  CHECK(failure.text == where + "FATAL: password authentication failed for user \"me\"");
  CHECK(read_connect_failure(where + "timeout expired\n").sqlstate.empty());
  CHECK(acctl::lacks_slot(read_connect_failure("FATAL:  53300: sorry, too many clients already\n")));
}

TEST_CASE("the hint fits the cause of a failed connection") {
  const auto hints = [](const std::string& message, const std::string& hint, const std::string& dbname = "acctl") {
    INFO(message);
    const Error error = error_for(message, dbname);
    CHECK(error.kind() == ErrorKind::connection);
    CHECK_THAT(error.hint(), Catch::Contains(hint));
  };
  hints(where + "FATAL:  28P01: password authentication failed for user \"me\"\n", "its password");
  hints("fe_sendauth: no password supplied\n", "~/.pgpass");
  hints(
      "connection to server on socket \"/run/x/.s.PGSQL.5432\" failed: Permission denied\n\tIs the server running "
      "locally and accepting connections on that socket?\n",
      "the permissions of its folder");
  hints(where +
            "FATAL:  28000: no pg_hba.conf entry for host \"192.0.2.7\", user \"me\", database \"x\", no encryption\n",
        "hostssl requires TLS");
  hints(where + "FATAL:  28000: no pg_hba.conf entry for host \"192.0.2.7\", user \"me\", database \"x\"\n",
        "needs a line");
  hints(where + "FATAL:  28000: role \"me\" does not exist\n", "CREATE ROLE");
  hints(where + "FATAL:  3D000: database \"acctl\" does not exist\n", "acctl platform init");
  hints(where + "FATAL:  3D000: database \"postgres\" does not exist\n", "from the database postgres", "postgres");
  for (const std::string full : {"sorry, too many clients already",
                                 "remaining connection slots are reserved for roles with the SUPERUSER attribute",
                                 "too many connections for role \"acctl\""})
    hints(where + "FATAL:  53300: " + full + "\n", "--parallel");
  hints(where + "FATAL:  57P03: the database system is starting up\n", "run the command again");
  hints(where + "server does not support SSL, but SSL was required\n", "ssl = on");
  hints(where + "server certificate for \"a\" does not match host name \"b\"\n",
        "host name that its certificate is for");
  hints(where + "SSL error: certificate verify failed\n", "sslrootcert");
  hints("could not translate host name \"nowhere\" to address: Name or service not known\n", "resolve");
  hints(where + "Connection refused\n\tIs the server running?\n", "host and port");
}

TEST_CASE("words of a connection string that mean nothing are invalid input") {
  for (const std::string words :
       {"invalid sslmode value: \"banana\"\n", "invalid port number: \"99999\"\n",
        "invalid integer value \"x\" for connection option \"connect_timeout\"\n",
        "could not match 2 port numbers to 3 hosts\n", "definition of service \"nowhere\" not found\n"}) {
    INFO(words);
    const Error error = error_for(words);
    CHECK(error.kind() == ErrorKind::invalid);
    CHECK_THAT(error.what(), Catch::StartsWith("the database URL is not valid: "));
  }
  CHECK(error_for(where + "FATAL:  28P01: invalid \"x\"\n").kind() == ErrorKind::connection);
}
