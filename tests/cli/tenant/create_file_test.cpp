// tenant create --file: many tenants from YAML or CSV.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::create_words;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

std::string tenant_line(const std::string& slug, const std::string& more = "") {
  return "  " + slug + ": {name: " + slug + ", admin_email: ana@" + slug + ".example" + more + "}\n";
}

std::string document(const std::string& tenants) { return "acctl: 1\ntenants:\n" + tenants; }

std::string slugs(const TestPlatform& acctl) {
  return acctl.control("select string_agg(slug || ' ' || status, ', ' order by slug) from acctl.tenants");
}

}  // namespace

TEST_CASE("many tenants from YAML, one failing, and the re-run touches the unfinished only") {
  const TestPlatform acctl;
  const std::string file = acctl.folder.path() + "/tenants.yaml";
  put_file(file, document(tenant_line("ada", ", plan: pro, seats: 7, labels: {tier: gold}") + tenant_line("bob") +
                          tenant_line("cyd")));
  acctl.control("create database bob");
  const Result first = acctl({"tenant", "create", "-f", file, "-o", "json"});
  CHECK(first.status == 6);
  const auto results = first.json();
  REQUIRE(results.size() == 3);
  CHECK(results[0].dump() ==
        R"({"slug":"ada","result":"created","error":null,"kind":null,"exit_code":null,"hint":null})");
  CHECK(results[1]["slug"] == "bob");
  CHECK(results[1]["result"] == "failed");
  CHECK_THAT(results[1]["error"].get<std::string>(),
             Catch::StartsWith("tenant bob: step database failed: ") && Catch::Contains("not this tenant's"));
  CHECK(results[1]["kind"] == "conflict");
  CHECK(results[1]["exit_code"] == 7);
  CHECK(results[1]["hint"].get<std::string>().ends_with("To resume: acctl tenant retry bob"));
  CHECK(results[2]["result"] == "created");
  CHECK_THAT(first.err, Catch::Contains("1 of 3 tenants failed; the others are done"));
  CHECK(slugs(acctl) == "ada active, bob failed, cyd active");
  const auto ada = acctl.json({"tenant", "show", "ada"});
  CHECK(ada["plan"] == "pro");
  CHECK(ada["seats"]["limit"] == 7);
  CHECK(ada["labels"]["tier"] == "gold");

  acctl.control("drop database bob");
  const std::string others = "select t::text from acctl.tenants t where slug <> 'bob' order by slug";
  const std::string before = acctl.control(others);
  const Result second = acctl({"tenant", "create", "-f", file});
  CHECK(second.status == 0);
  CHECK_THAT(second.out, Catch::Contains("ada   unchanged") && Catch::Contains("bob   resumed"));
  CHECK_THAT(second.err, Catch::Contains("1 resumed, 2 unchanged"));
  CHECK(acctl.control(others) == before);

  const std::string world = acctl.world();
  CHECK_THAT(acctl({"tenant", "create", "-f", file}).err, Catch::Contains("3 unchanged"));
  CHECK(acctl.world() == world);
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("many tenants from CSV, and from standard input") {
  const TestPlatform acctl;
  const std::string file = acctl.folder.path() + "/tenants.csv";
  put_file(file,
           "\xEF\xBB\xBFname,slug,admin_email,label.tier,seats\r\n\"Ada, Inc.\",ada,ana@ada.example,gold,\r\n"
           "Bob,bob,ana@bob.example,,12\r\n");
  CHECK(acctl({"tenant", "create", "-f", file, "--parallel", "1"}).status == 0);
  CHECK(acctl.json({"tenant", "show", "ada"})["name"] == "Ada, Inc.");
  CHECK(acctl.json({"tenant", "show", "ada"})["labels"].dump() == R"({"tier":"gold"})");
  CHECK(acctl.json({"tenant", "show", "bob"})["seats"]["limit"] == 12);
  const Result piped = acctl({"tenant", "create", "--file", "-", "-o", "name"}, document(tenant_line("cyd")));
  CHECK(piped.status == 0);
  CHECK(piped.out == "cyd\n");
  const Result none = acctl({"tenant", "create", "-f", "-"}, "acctl: 1\ntenants: {}\n");
  CHECK(none.status == 0);
  CHECK_THAT(none.err, Catch::Contains("nothing changed"));
}

TEST_CASE("a dry run of many tells which would fail") {
  const TestPlatform acctl;
  acctl.create("ada");
  const std::string before = acctl.world();
  const Result result = acctl({"tenant", "create", "-f", "-", "--create-only", "--dry-run", "-o", "csv"},
                              document(tenant_line("ada") + tenant_line("bob")));
  CHECK(result.status == 6);
  CHECK_THAT(result.out, Catch::Contains("ada,failed,") && Catch::Contains("bob,created,"));
  CHECK_THAT(result.err, Catch::Contains("1 of 2 tenants would fail"));
  CHECK(acctl.world() == before);
}

TEST_CASE("all problems of a file are told at once, each with its place, and nothing is done") {
  const TestPlatform acctl;
  const std::string before = acctl.world();
  const auto told = [&](const std::string& name, const std::string& text, const std::vector<std::string>& places) {
    const std::string file = acctl.folder.path() + "/" + name;
    put_file(file, text);
    const Result result = acctl({"tenant", "create", "-f", file, "--verbose"});
    INFO(result.err);
    CHECK(result.status == 3);
    CHECK(result.out.empty());
    for (const std::string& place : places) CHECK_THAT(result.err, Catch::Contains(place));
  };
  told("a.yaml",
       document("  ada: {name: Ada, admin_email: a@ada.example, plna: pro}\n"
                "  Bob: {name: Bob, admin_email: b@bob.example}\n"
                "  cyd: {name: no, admin_email: c@cyd.example, seats: 010}\n"
                "  dee: {name: Dee, admin_email: [d@dee.example], labels: x}\n"
                "  eve: 5\n"
                "  fay: {name: 1e3, seats: many, slug: x}\n"),
       {"a.yaml:3:48: unknown field 'plna'; did you mean 'plan'?", "a.yaml:4:3: the slug 'Bob'",
        "a.yaml:5:15: name takes text; write \"no\" in quotes", "a.yaml:5:54: seats: '010' is not a whole number",
        "a.yaml:6:33: admin_email takes one value", "a.yaml:6:58: labels takes a mapping",
        "a.yaml:7:8: tenant eve takes a mapping", "a.yaml:8:15: name takes text; write \"1e3\" in quotes",
        "a.yaml:8:27: seats: 'many' is not a whole number", "a.yaml:8:33: unknown field 'slug'"});
  told("b.yaml", "tenants:\n" + tenant_line("ada"), {"must start with `acctl: 1`"});
  told("c.yaml", "acctl: 1\ntenant:\n" + tenant_line("ada"), {"`tenants:` with a mapping of slugs is missing"});
  told("d.yaml", document(tenant_line("ada")) + "rolez: {}\n", {"d.yaml:4:1: unknown key 'rolez'"});
  told("e.yaml", document(tenant_line("ada") + tenant_line("ada")), {"e.yaml:4:3: duplicate key 'ada'"});
  told("a.csv", "slug,name,admin_email,plna\nada,Ada,a@ada.example,\nbob,Bob,b@bob.example,pro\n",
       {"a.csv:1: unknown column 'plna'; did you mean 'plan'?"});
  told("b.csv", "slug,name\nada,Ada\n", {"b.csv:2: tenant ada does not exist, and has no admin_email"});
  told("f.yaml", document("  ada: {name: Ada}\n  bob: {name: Bob}\n"),
       {"f.yaml:3:3: tenant ada does not exist, and has no admin_email", "f.yaml:4:3: tenant bob does not exist"});
  told("c.csv", "slug,name,admin_email\nada,Ada,a@ada.example\nada,Ada,a@ada.example\nbob,Bob\n\"cyd,C,c@c.example\n",
       {"c.csv:4: has 2 cells, the header has 3", "c.csv:5: a quote is opened and never closed"});
  told("d.csv", "slug,name,admin_email,seats\nada,Ada,a@ada.example,1e9\nada,Ada,a@ada.example,0\nx,X,x,\n",
       {"d.csv:2: seats: '1e9' is not a whole number", "d.csv:3: seats: 0 is not between",
        "d.csv:4: the administrator"});
  told("e.csv", "slug,name,admin_email\nada,Ada,a@ada.example\nada,Bob,b@ada.example\n",
       {"e.csv:3: tenant ada is listed twice"});
  told("f.csv", "slug,slug,name,admin_email\n", {"f.csv:1: the column 'slug' is named twice"});
  CHECK(acctl.world() == before);
}

TEST_CASE("what the file says cannot be said beside it") {
  const TestPlatform acctl;
  const std::string file = acctl.folder.path() + "/tenants.yaml";
  put_file(file, document(tenant_line("ada")));
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"acme"}, {"--plan", "pro"}, {"--seats", "5"}, {"--label", "a=b"}, {"--name", "x"}}) {
    std::vector<std::string> words = {"tenant", "create", "-f", file};
    words.insert(words.end(), more.begin(), more.end());
    const Result result = acctl(words);
    CHECK(result.status == 3);
    CHECK_THAT(result.err, Catch::Contains("and --file cannot be combined"));
  }
  CHECK(slugs(acctl).empty());
}

TEST_CASE("with a server too small for all, the others are done") {
  const TestPlatform acctl;
  acctl.control("update acctl.servers set capacity = 2");
  const Result result = acctl({"tenant", "create", "-f", "-", "--parallel", "1"},
                              document(tenant_line("ada") + tenant_line("bob") + tenant_line("cyd")));
  CHECK(result.status == 6);
  CHECK(slugs(acctl) == "ada active, bob active");
  CHECK_THAT(result.out, Catch::Contains("cyd   failed   no active server has room for a tenant"));
}

TEST_CASE("the same failure ends with the same exit code, one tenant or all, and names only the good ones") {
  const TestPlatform acctl;
  acctl.control("create database bob");
  acctl.control("create database cyd");
  const auto ends_with = [&](const std::string& tenants, int status, const std::string& names) {
    const Result result = acctl({"tenant", "create", "-f", "-", "-o", "name"}, document(tenants));
    CHECK(result.status == status);
    CHECK(result.out == names);
  };
  CHECK(acctl(create_words("bob")).status == 7);
  ends_with(tenant_line("bob"), 7, "");
  ends_with(tenant_line("bob") + tenant_line("cyd"), 7, "");
  ends_with(tenant_line("ada") + tenant_line("bob") + tenant_line("cyd"), 6, "ada\n");
}
