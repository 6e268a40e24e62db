// TLS, whatever way a server is named; and what messages say of a connection string.
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <memory>

#include "provisioning/base/process.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/fake_postgres.hpp"
#include "tests/support/program.hpp"

using namespace acctl::test;

namespace {

using Variables = std::map<std::string, std::string>;

// Variables of the environment, for as long as it lives.
class Environment {
 public:
  explicit Environment(Variables variables) : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_) setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : variables_) unsetenv(name.c_str());
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const Variables variables_;
};

// How the attempt to connect ended: the message and the hint; "" for success.
std::string attempt(const acctl::Dsn& dsn) {
  acctl::SessionOptions options;
  options.connect_timeout = std::chrono::seconds(5);
  try {
    acctl::Connection(dsn, options);
    return "";
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::connection);
    return std::string(error.what()) + " " + error.hint();
  }
}

// A way to name a server: a connection string, and what stands in the service file and in the environment. PORT is the
// server's.
struct Way {
  std::string dsn;
  std::string service = "";
  Variables variables = {};
};

std::string with_port(std::string text, const std::string& port) {
  for (std::size_t at; (at = text.find("PORT")) != std::string::npos;) text.replace(at, 4, port);
  return text;
}

// What the server was told where it is named that way.
std::string told(FakePostgres& server, const Way& way) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/services";
  std::ofstream(file) << with_port(way.service, server.port());
  Variables variables = {{"PGSERVICEFILE", file}, {"PGPASSWORD", "pass-word"}, {"PGUSER", "me"}};
  for (const auto& [name, value] : way.variables) variables[name] = with_port(value, server.port());
  const Environment environment(variables);
  const std::string said = attempt(acctl::Dsn::parse(with_port(way.dsn, server.port())));
  CHECK(said != "");
  CHECK(said.find("pass-word") == std::string::npos);
  return server.take();
}

const std::string service = "[s]\nhost=127.0.0.1\nport=PORT\ndbname=x\n";

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"postgresql://127.0.0.1:PORT/x"},
      {"postgresql://localhost:PORT/x"},
      {"postgresql:///x?host=127.0.0.1&port=PORT"},
      {"postgresql:///x?hostaddr=127.0.0.1&port=PORT"},
      {"host=127.0.0.1 port=PORT dbname=x"},
      {"host=127.0.0.1 port=PORT dbname=x sslmode=''"},
      {"hostaddr=127.0.0.1 port=PORT dbname=x"},
      {"host=db.example hostaddr=127.0.0.1 port=PORT dbname=x"},
      {"host=/nowhere hostaddr=127.0.0.1 port=PORT dbname=x"},
      {"host=/nowhere,127.0.0.1 port=PORT dbname=x"},
      {"host=127.0.0.1,/nowhere port=PORT dbname=x"},
      {"host=127.0.0.1,127.0.0.1 port=PORT dbname=x"},
      {"postgresql://127.0.0.1:PORT,127.0.0.1:PORT/x"},
      {"service=s", service},
      {"postgresql:///?service=s", service},
      {"service=s dbname=x", "[s]\nhostaddr=127.0.0.1\nport=PORT\n"},
      {"dbname=x", service, {{"PGSERVICE", "s"}}},
      {"dbname=x", "", {{"PGHOST", "127.0.0.1"}, {"PGPORT", "PORT"}}},
      {"port=PORT dbname=x", "", {{"PGHOST", "/nowhere,127.0.0.1"}}},
  };
  return all;
}

}  // namespace

TEST_CASE("TLS: a server that says it has none gets neither a startup message nor a password, whatever way it is named",
          "[rule TLS]") {
  FakePostgres server;
  for (const Way& way : ways()) {
    INFO(way.dsn << " " << way.service);
    const std::string heard = told(server, way);
    CHECK(heard.starts_with("tls?"));
    CHECK(heard.find("startup") == std::string::npos);
    CHECK(heard.find("password") == std::string::npos);
  }
}

TEST_CASE("TLS: no variable of the environment weakens it", "[rule TLS]") {
  FakePostgres server;
  for (const auto& [name, values] : std::map<std::string, std::vector<std::string>>{
           {"PGSSLMODE", {"disable", "allow", "prefer", "require", "verify-ca", ""}},
           {"PGREQUIRESSL", {"0", "1"}},
           {"PGGSSENCMODE", {"prefer", "require", "disable"}},
           {"PGCHANNELBINDING", {"disable"}},
           {"PGSSLROOTCERT", {"/nowhere", "system"}},
           {"PGSSLMINPROTOCOLVERSION", {"TLSv1", "nonsense"}},
           {"PGSSLMAXPROTOCOLVERSION", {"TLSv1"}},
           {"PGHOSTADDR", {"127.0.0.2"}}}) {
    for (const std::string& value : values) {
      for (Way way : {ways()[0], ways()[6], ways()[13], ways()[16], ways()[17]}) {
        way.variables[name] = value;
        INFO(name << "=" << value << " with " << way.dsn);
        const std::string heard = told(server, way);
        CHECK(heard.find("startup") == std::string::npos);
        CHECK(heard.find("gss?") == std::string::npos);
      }
    }
  }
}

TEST_CASE("TLS: the connection string and the service file can do without, and the environment does not interfere") {
  FakePostgres server;
  for (const std::string mode : {"disable", "allow", "prefer"}) {
    for (const std::string variable : {"", "verify-full", "disable"}) {
      Variables variables;
      if (!variable.empty()) variables["PGSSLMODE"] = variable;
      INFO(mode << ", PGSSLMODE=" << variable);
      const std::string expected = mode == "prefer" ? "tls? startup password:pass-word" : "startup password:pass-word";
      CHECK(told(server, {"host=127.0.0.1 port=PORT dbname=x sslmode=" + mode, "", variables}) == expected);
      CHECK(told(server, {"postgresql://127.0.0.1:PORT/x?sslmode=" + mode, "", variables}) == expected);
      CHECK(told(server, {"service=s", service + "sslmode=" + mode + "\n", variables}) == expected);
      variables["PGSERVICE"] = "s";
      CHECK(told(server, {"dbname=x", service + "sslmode=" + mode + "\n", variables}) == expected);
    }
  }
}

namespace {

// A server with a certificate for db.example, signed by itself.
class TlsCluster {
 public:
  TlsCluster() : port_(free_port()) {
    make_certificate();
    cluster_ =
        std::make_unique<Cluster>(ClusterOptions{.settings = {{"listen_addresses", "127.0.0.1"},
                                                              {"port", port_},
                                                              {"ssl", "on"},
                                                              {"ssl_cert_file", certificate()},
                                                              {"ssl_key_file", folder_.path() + "/key"}},
                                                 .hba = "local all all trust\nhost all all 127.0.0.1/32 trust\n"});
  }

  std::string certificate() const { return folder_.path() + "/certificate"; }
  acctl::Dsn dsn(const std::string& more) const {
    return acctl::Dsn::parse("user=acctl dbname=acctl port=" + port_ + " " + more);
  }

 private:
  static std::string free_port() { return FakePostgres().port(); }

  void make_certificate() {
    const Result made = run_program(
        {.words = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                   "-days", "2", "-subj", "/CN=db.example", "-addext", "subjectAltName=DNS:db.example", "-keyout",
                   folder_.path() + "/key", "-out", certificate()},
         .environment = {{"PATH", "/usr/bin:/bin"}},
         .input = ""});
    REQUIRE(made.status == 0);
    REQUIRE(chmod(folder_.path().c_str(), 0711) == 0);
    const auto account = acctl::server_account();
    if (!account) return;
    for (const std::string& file : {folder_.path() + "/key", certificate()}) {
      REQUIRE(chown(file.c_str(), account->uid, account->gid) == 0);
    }
  }

  const TemporaryFolder folder_;
  const std::string port_;
  std::unique_ptr<Cluster> cluster_;
};

}  // namespace

TEST_CASE("TLS: a certificate must be signed by an authority that was named, and be that of the host", "[rule TLS]") {
  const TlsCluster server;
  const std::string authority = " sslrootcert=" + server.certificate();
  // libpq has no authority of its own; for root, ~/.postgresql is not looked at in a test.
  const Environment environment({{"HOME", "/nonexistent"}, {"PGSSLMODE", "require"}});
  CHECK(attempt(server.dsn("host=127.0.0.1")).find("sslmode=verify-full") != std::string::npos);
  CHECK(attempt(server.dsn("hostaddr=127.0.0.1")).find("sslmode=verify-full") != std::string::npos);
  CHECK(attempt(server.dsn("host=127.0.0.1" + authority)).find("does not match host name") != std::string::npos);
  CHECK(attempt(server.dsn("host=db.example hostaddr=127.0.0.1" + authority)) == "");
  CHECK(attempt(server.dsn("host=127.0.0.1 sslmode=require")) == "");
  CHECK(attempt(server.dsn("host=127.0.0.1 sslmode=verify-ca" + authority)) == "");
}

TEST_CASE("promise 9: no secret of a connection string is in a message") {
  // All that libpq marks as one to hide, and what stands for a password.
  for (const std::string key : {"password", "sslpassword"}) {
    for (const std::string& text :
         {"postgresql://me@127.0.0.1:1/x?" + key + "=p4ss%20w%C3%B6rd",
          "postgresql:///x?host=/nowhere&" + key + "=p4ss-w", "host=127.0.0.1 port=1 dbname=x " + key + "='p4ss w'",
          "host=/nowhere hostaddr=127.0.0.1 " + key + "=p4ss"}) {
      INFO(text);
      const acctl::Dsn dsn = acctl::Dsn::parse(text);
      CHECK(dsn.get(key).starts_with("p4ss"));
      CHECK(dsn.holds_secret());
      CHECK(dsn.display().find("p4ss") == std::string::npos);
      CHECK(attempt(dsn).find("p4ss") == std::string::npos);
    }
    CHECK_FALSE(acctl::Dsn().with(key, "").holds_secret());
  }
  const acctl::Dsn in_authority = acctl::Dsn::parse("postgresql://me:p4ss@127.0.0.1:1/x");
  CHECK(in_authority.holds_secret());
  CHECK(attempt(in_authority).find("p4ss") == std::string::npos);
  // Of later versions of libpq, which this one may not know.
  for (const std::string key : {"oauth_client_secret", "scram_client_key", "scram_server_key"}) {
    const acctl::Dsn dsn = acctl::Dsn().with("host", "/nowhere").with(key, "p4ss");
    CHECK(dsn.holds_secret());
    CHECK(dsn.display().find("p4ss") == std::string::npos);
  }
  CHECK_FALSE(acctl::Dsn::parse("postgresql://me@127.0.0.1:1/x?passfile=/p4ss&sslmode=disable").holds_secret());
  // What cannot be read is not repeated.
  for (const std::string broken : {"postgresql://me:p4ss@[::1/x", "password=p4ss nonsense=1", "password='p4ss"}) {
    try {
      acctl::Dsn::parse(broken);
      FAIL(broken);
    } catch (const acctl::Error& error) {
      CHECK((std::string(error.what()) + error.hint()).find("p4ss") == std::string::npos);
    }
  }
}
