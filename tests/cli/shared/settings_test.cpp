// Where settings come from, and what a hostile or poor environment can do.
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/fake_postgres.hpp"
#include "tests/support/platform.hpp"

using acctl::test::Acctl;
using acctl::test::create_words;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TemporaryFolder;
using acctl::test::TestPlatform;

namespace {

Result shell(const TestPlatform& acctl, const std::string& script,
             const std::map<std::string, std::string>& more = {}) {
  std::map<std::string, std::string> environment = acctl.acctl.environment;
  for (const auto& [name, value] : more) environment[name] = value;
  environment["ACCTL"] = ACCTL_PROGRAM;
  return run_program({.words = {"sh", "-c", script}, .environment = environment, .input = ""});
}

void write_configuration(const TestPlatform& acctl, const std::string& text, std::filesystem::perms mode) {
  const std::string folder = acctl.acctl.environment.at("XDG_CONFIG_HOME") + "/acctl";
  std::filesystem::create_directories(folder);
  put_file(folder + "/config.yaml", text);
  std::filesystem::permissions(folder + "/config.yaml", mode);
}

constexpr auto loose = std::filesystem::perms(0644);
constexpr auto strict = std::filesystem::perms(0600);

}  // namespace

TEST_CASE("a flag wins over the environment, that over the context, that over the default") {
  TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const std::string url = acctl.acctl.environment["ACCTL_DATABASE_URL"];
  write_configuration(acctl,
                      "current: here\ncontexts:\n  here: {database: \"" + url +
                          "\", output: name, tenant: bert}\n"
                          "  nowhere: {database: \"host=/nonexistent dbname=x\"}\n",
                      loose);
  auto& environment = acctl.acctl.environment;
  environment.erase("ACCTL_DATABASE_URL");
  CHECK(acctl({"tenant", "show"}).out == "bert\n");
  CHECK(acctl({"tenant", "show", "-t", "acme"}).out == "acme\n");
  environment["ACCTL_TENANT"] = "acme";
  CHECK(acctl({"tenant", "show"}).out == "acme\n");
  environment["ACCTL_OUTPUT"] = "csv";
  CHECK(acctl({"tenant", "show"}).out.starts_with("slug,name"));
  CHECK(acctl({"tenant", "show", "-o", "name"}).out == "acme\n");
  CHECK(acctl({"tenant", "list", "--context", "nowhere"}).status == 4);
  environment["ACCTL_CONTEXT"] = "nowhere";
  CHECK(acctl({"tenant", "list"}).status == 4);
  CHECK(acctl({"tenant", "list", "--context", "here", "-o", "name"}).out == "acme\n");
  CHECK(acctl({"tenant", "list", "--database", url, "-o", "name"}).out == "acme\n");
  environment["ACCTL_DATABASE_URL"] = url;
  CHECK(acctl({"tenant", "list", "-o", "name"}).out == "acme\n");
  const Result unknown = acctl({"tenant", "list", "--context", "her"});
  CHECK(unknown.status == 3);
  CHECK_THAT(unknown.err, Catch::Contains("did you mean 'here'?"));
}

TEST_CASE("a context that has lost its database does not stand for the embedded server", "[promise 13]") {
  TestPlatform acctl;
  acctl.create("acme");
  write_configuration(
      acctl,
      "current: lost\ncontexts:\n  lost: {}\n  shown: {color: red}\n  guarded: {protected: true, parallel: 2}\n"
      "  here: {parallel: 2}\n",
      loose);
  // Where the database is named otherwise nothing is missing.
  CHECK(acctl({"tenant", "list", "-o", "name"}).status == 0);
  acctl.acctl.environment.erase("ACCTL_DATABASE_URL");
  for (const std::string context : {"lost", "shown", "guarded"}) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"tenant", "list"}, {"platform", "init"}, {"platform", "status"}}) {
      std::vector<std::string> line = words;
      line.insert(line.end(), {"--context", context});
      const Result result = acctl(line);
      INFO(context << ": " << words[0] << " " << words[1]);
      CHECK(result.status == 3);
      CHECK(result.err.find("context " + context + " does not name a database") != std::string::npos);
      CHECK(result.err.find("acctl config set " + context + " database=") != std::string::npos);
    }
  }
  CHECK_FALSE(std::filesystem::exists(acctl.acctl.environment.at("XDG_DATA_HOME") + "/acctl/local"));
  CHECK(acctl({"tenant", "list", "--context", "here"}).err.find("embedded server") != std::string::npos);
}

TEST_CASE("a password that others could read is refused and never shown") {
  TestPlatform acctl;
  const std::string secret = "hunter2-very-secret";
  const auto refused = [&](const std::vector<std::string>& words) {
    const Result result = acctl(words);
    CHECK(result.status == 3);
    CHECK(result.out.empty());
    CHECK(result.err.find(secret) == std::string::npos);
    CHECK_THAT(result.err, Catch::Contains("contains a password"));
  };
  const std::string host = acctl.cluster.dsn().get("host");
  for (const std::string& url :
       {"postgresql://acctl:" + secret + "@localhost/acctl", "host=" + host + " user=acctl password=" + secret,
        "postgresql:///acctl?host=" + host + "&password=" + secret, "host=" + host + " sslpassword=" + secret}) {
    INFO(url);
    refused({"tenant", "list", "--database", url});
    refused({"tenant", "list", "--database=" + url, "-v", "-o", "json"});
  }
  auto& environment = acctl.acctl.environment;
  const std::string with = acctl.cluster.url() + "&password=" + secret;
  environment["ACCTL_DATABASE_URL"] = with;
  CHECK(acctl({"tenant", "list", "-v"}).status == 0);
  environment.erase("ACCTL_DATABASE_URL");
  const std::string text = "current: here\ncontexts: {here: {database: \"" + with + "\"}}\n";
  write_configuration(acctl, text, loose);
  refused({"tenant", "list"});
  write_configuration(acctl, text, strict);
  CHECK(acctl({"tenant", "list"}).status == 0);
}

TEST_CASE("no output holds the password of the connection, at whatever verbosity", "[promise 9]") {
  TestPlatform acctl({.hba = "local all postgres trust\nlocal all all scram-sha-256\n"});
  const std::string secret = "hunter2-very-secret";
  acctl.control("alter role acctl password '" + secret + "'");
  auto& environment = acctl.acctl.environment;
  const auto silent = [&](const std::vector<std::string>& words, int status) {
    const Result result = acctl(words);
    INFO(result.err);
    CHECK(result.status == status);
    CHECK((result.out + result.err).find(secret) == std::string::npos);
  };
  environment["ACCTL_DATABASE_URL"] = acctl.cluster.url() + "&password=" + secret;
  silent(create_words("acme", {"-v"}), 0);
  silent({"platform", "status", "-v"}, 0);
  silent({"platform", "init", "-v", "-o", "json"}, 0);
  environment["ACCTL_DATABASE_URL"] = acctl.cluster.url() + "&password=x" + secret;
  silent({"tenant", "list", "-v"}, 4);
  silent({"tenant", "list", "-v", "-o", "json"}, 4);
  environment["ACCTL_DATABASE_URL"] = "postgresql://acctl:" + secret + "@[broken/acctl";
  silent({"tenant", "list", "-v"}, 3);
  CHECK(acctl.cluster.log().find(secret) == std::string::npos);
  CHECK(acctl.control("select count(*) from acctl.audit a where a::text like '%" + secret + "%'") == "0");

  environment["ACCTL_DATABASE_URL"] = acctl.cluster.url();
  const std::string passfile = acctl.folder.path() + "/pgpass";
  put_file(passfile, "*:*:*:acctl:" + secret + "\n");
  std::filesystem::permissions(passfile, strict);
  environment["PGPASSFILE"] = passfile;
  silent({"tenant", "list", "-v"}, 0);
}

TEST_CASE("a variable of acctl that is set but empty is an error and starts no embedded server", "[promise 13]") {
  const TemporaryFolder home;
  Acctl acctl(home.path());
  const auto files = [&] {
    return std::distance(std::filesystem::recursive_directory_iterator(home.path()),
                         std::filesystem::recursive_directory_iterator());
  };
  const auto before = files();
  for (const char* variable : {"ACCTL_DATABASE_URL", "ACCTL_CONTEXT", "ACCTL_TENANT", "ACCTL_KEY_FILE"}) {
    acctl.environment[variable] = "";
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"tenant", "list"}, create_words("acme"), {"platform", "init"}, {"local", "up"}}) {
      const Result result = acctl(words);
      CHECK(result.status == 3);
      CHECK_THAT(result.err, Catch::Contains("$" + std::string(variable) + " is set but empty"));
    }
    acctl.environment.erase(variable);
  }
  CHECK(files() == before);
}

TEST_CASE("hostile variables of PostgreSQL do not change what a command does") {
  TestPlatform acctl;
  acctl.create("acme");
  // But for the time at which the seats were counted.
  const auto facts_in = [](const Result& result) {
    auto tenant = result.json();
    tenant["seats"].erase("as_of");
    return tenant;
  };
  const auto shown = facts_in(acctl({"tenant", "show", "acme", "-o", "json"}));
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"PGOPTIONS", "-c search_path=evil -c default_transaction_read_only=on -c role=nobody"},
           {"PGHOST", "/nonexistent"},
           {"PGPORT", "1"},
           {"PGDATABASE", "postgres"},
           {"PGUSER", "nobody"},
           {"PGHOSTADDR", "127.0.0.1"},
           {"PGTZ", "Asia/Tokyo"},
           {"PGDATESTYLE", "German"},
           {"PGCLIENTENCODING", "LATIN1"},
           {"PGAPPNAME", "x"},
           {"PGSSLMODE", "disable"},
           {"PGGEQO", "nonsense"},
           {"PGCONNECT_TIMEOUT", "1"}}) {
    INFO(name);
    auto environment = acctl.acctl.environment;
    environment[name] = value;
    const auto run = [&](std::vector<std::string> words) {
      words.insert(words.begin(), ACCTL_PROGRAM);
      return run_program({.words = words, .environment = environment, .input = ""});
    };
    const Result show = run({"tenant", "show", "acme", "-o", "json"});
    CHECK(show.status == 0);
    CHECK(facts_in(show) == shown);
    CHECK(run({"tenant", "suspend", "acme", "-q", "--yes"}).status == 0);
    CHECK(run({"tenant", "resume", "acme", "-q"}).status == 0);
  }
}

TEST_CASE("objects that somebody put in the way are not used") {
  const TestPlatform acctl;
  // What a session with a careless search_path would call instead of pg_catalog's.
  acctl.control(
      "create function public.now() returns timestamptz language sql as $$ select 'epoch'::timestamptz $$; "
      "create function public.lower(text) returns text language sql as $$ select 'x'::text $$; "
      "create operator public.= (leftarg = text, rightarg = text, function = pg_catalog.textne); "
      "alter role acctl set search_path = public, pg_catalog; alter role acctl set statement_timeout = 1");
  CHECK(acctl.create("acme")["status"] == "active");
  CHECK(acctl({"tenant", "show", "acme", "-o", "name"}).out == "acme\n");
}

TEST_CASE("with -o json the error is one object on standard error") {
  TestPlatform acctl;
  const auto error_of = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"-o", "json"});
    const Result result = acctl(words);
    const auto error = nlohmann::ordered_json::parse(result.err)["error"];
    CHECK(acctl::test::keys_of(error) == "kind message hint exit_code diagnostics");
    CHECK(error["exit_code"] == result.status);
    CHECK(result.out.empty());
    return error;
  };
  CHECK(error_of({"tenant", "show", "nosuch"})["kind"] == "invalid");
  acctl.create("globex");
  CHECK(error_of({"tenant", "delete", "globex"})["kind"] == "confirmation");
  acctl.control("create database acme");
  CHECK(error_of(create_words("acme"))["kind"] == "conflict");
  put_file(acctl.folder.path() + "/x.yaml", "acctl: 1\ntenants:\n  A: {}\n");
  const auto invalid = error_of({"tenant", "create", "-f", acctl.folder.path() + "/x.yaml"});
  CHECK(acctl::test::keys_of(invalid["diagnostics"][0]) == "file line column message");
  CHECK(invalid["diagnostics"][0]["line"] == 3);
  acctl.acctl.environment["ACCTL_DATABASE_URL"] = "host=/nonexistent dbname=x";
  CHECK(error_of({"tenant", "list"})["kind"] == "connection");
}

TEST_CASE("a poor environment does not stop a command") {
  TestPlatform acctl;
  acctl.create("acme");
  CHECK(shell(acctl, "unset HOME XDG_CONFIG_HOME XDG_DATA_HOME; exec $ACCTL tenant list -o name").out == "acme\n");
  CHECK(shell(acctl, "unset HOME XDG_CONFIG_HOME XDG_DATA_HOME; exec $ACCTL platform init --storage-root " +
                         acctl.storage_root())
            .status == 0);
  const std::string gone = acctl.folder.path() + "/gone";
  CHECK(shell(acctl, "mkdir " + gone + "; cd " + gone + "; rmdir " + gone + "; exec $ACCTL tenant list -o name").out ==
        "acme\n");
  for (const char* locale : {"tr_TR.UTF-8", "C", "de_DE", "nonsense"}) {
    CHECK(shell(acctl, "exec $ACCTL tenant list --match status=active -o name", {{"LC_ALL", locale}, {"LANG", locale}})
              .status == 0);
    CHECK(shell(acctl, "exec $ACCTL tenant create i1 --name İI --admin-email I@I.example -q -o name",
                {{"LC_ALL", locale}})
              .out == "i1\n");
  }
  CHECK(shell(acctl, "exec $ACCTL tenant list", {{"TZ", "Asia/Tokyo"}}).out == acctl({"tenant", "list"}).out);
  const Result full = shell(acctl, "exec $ACCTL tenant list >/dev/full");
  CHECK(full.status == 1);
  CHECK_THAT(full.err, Catch::Contains("cannot write to standard output: No space left on device"));
  CHECK(shell(acctl, "exec $ACCTL tenant list -o name <&-").out == "acme\ni1\n");
  CHECK(shell(acctl, "exec $ACCTL tenant list >&-").status == 1);
  CHECK(shell(acctl, "exec $ACCTL tenant create -f - <&-").status == 3);
  CHECK(shell(acctl, "exec $ACCTL tenant suspend acme --yes >/dev/full 2>&-").status == 1);
  CHECK(acctl.json({"tenant", "show", "acme"})["status"] == "suspended");
}

TEST_CASE("TLS: no command sends a password to a server that has no TLS, whatever way it is named") {
  acctl::test::FakePostgres server;
  const TemporaryFolder folder;
  const std::string services = folder.path() + "/services";
  put_file(services, "[s]\nhost=127.0.0.1\nport=" + server.port() + "\ndbname=x\n[plain]\nhost=127.0.0.1\nport=" +
                         server.port() + "\ndbname=x\nsslmode=disable\n");
  const auto heard = [&](const std::string& url, const std::map<std::string, std::string>& more = {}) {
    const TemporaryFolder home;
    Acctl acctl(home.path());
    acctl.environment.insert({{"PGSERVICEFILE", services}, {"PGPASSWORD", "pass-word"}, {"PGUSER", "me"}});
    acctl.environment.insert(more.begin(), more.end());
    const Result result = acctl({"tenant", "list", "--timeout", "5s", "--database", url});
    CHECK(result.status == 4);
    CHECK(result.err.find("pass-word") == std::string::npos);
    return server.take();
  };
  const std::string port = server.port();
  for (const std::string& url : {"postgresql://127.0.0.1:" + port + "/x", "hostaddr=127.0.0.1 dbname=x port=" + port,
                                 std::string("service=s"), "host=/nowhere,127.0.0.1 dbname=x port=" + port}) {
    for (const std::string mode : {"disable", "prefer"}) {
      INFO(url);
      const std::string said = heard(url, {{"PGSSLMODE", mode}, {"PGREQUIRESSL", "0"}});
      CHECK(said.starts_with("tls?"));
      CHECK(said.find("startup") == std::string::npos);
    }
  }
  CHECK(heard("dbname=x", {{"PGHOST", "127.0.0.1"}, {"PGPORT", port}, {"PGSSLMODE", "disable"}}).find("startup") ==
        std::string::npos);
  CHECK(heard("service=plain").find("startup password:pass-word") != std::string::npos);
}
