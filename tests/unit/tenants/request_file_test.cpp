#include "provisioning/tenants/request_file.hpp"

#include <algorithm>
#include <map>

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::TenantRequest;

namespace {

// The part of the rows that tenants are created with.
std::vector<TenantRequest> read_requests(const std::string& text, const std::string& file,
                                         const acctl::RequestFileOptions& options = {}) {
  std::vector<TenantRequest> requests;
  for (acctl::RegistryRow& row : acctl::read_registry_file(text, file, options).rows)
    requests.push_back(std::move(row.request));
  return requests;
}

std::string problems(const std::string& text, const std::string& file) {
  try {
    read_requests(text, file);
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    std::string all;
    for (const acctl::Diagnostic& problem : error.diagnostics()) {
      all += std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message + "\n";
    }
    return all;
  }
  return "";
}

}  // namespace

TEST_CASE("requests for tenants from YAML and from CSV are the same") {
  const auto yaml = read_requests(
      "acctl: 1\n"
      "tenants:\n"
      "  ada:\n"
      "    name: \"Ada, Inc.\"\n"
      "    admin_email: a@ada.example\n"
      "    admin_name: Ada\n"
      "    plan: pro\n"
      "    seats: 5\n"
      "    pack: helpdesk\n"
      "    server: main\n"
      "    region: eu\n"
      "    enterprise: umbrella\n"
      "    domain: help.ada.example\n"
      "    labels: {tier: gold}\n"
      "  bob: {name: Bob, admin_email: b@bob.example, plan: ~}\n",
      "t.yaml");
  const auto csv = read_requests(
      "slug,name,admin_email,admin_name,plan,seats,pack,server,region,enterprise,domain,label.tier\n"
      "ada,\"Ada, Inc.\",a@ada.example,Ada,pro,5,helpdesk,main,eu,umbrella,help.ada.example,gold\n"
      "bob,Bob,b@bob.example,,,,,,,,,\n",
      "t.csv");
  REQUIRE(yaml.size() == 2);
  REQUIRE(csv.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const TenantRequest& a = yaml[i];
    const TenantRequest& b = csv[i];
    CHECK(a.slug == b.slug);
    CHECK(a.name == b.name);
    CHECK(a.admin_email == b.admin_email);
    CHECK(a.admin_name == b.admin_name);
    CHECK(a.plan == b.plan);
    CHECK(a.seats == b.seats);
    CHECK(a.pack == b.pack);
    CHECK(a.server == b.server);
    CHECK(a.region == b.region);
    CHECK(a.enterprise == b.enterprise);
    CHECK(a.domain == b.domain);
    CHECK(a.labels == b.labels);
  }
  CHECK(yaml[0].seats == 5);
  CHECK(yaml[0].labels.at("tier") == "gold");
  CHECK(yaml[1].plan.empty());
  CHECK_FALSE(yaml[1].seats);
}

TEST_CASE("a number of seats is a plain whole number") {
  for (const char* bad : {"-1", "0", "1e9", "010", "5.0", "x", "2147483648", "9223372036854775808", "1000001"}) {
    INFO(bad);
    CHECK(problems("slug,name,admin_email,seats\nada,Ada,a@ada.example," + std::string(bad) + "\n", "t.csv")
              .starts_with("2:0: seats: "));
    CHECK_FALSE(
        problems("acctl: 1\ntenants:\n  ada: {name: A, admin_email: a@ada.example, seats: " + std::string(bad) + "}\n",
                 "t.yaml")
            .empty());
  }
  CHECK(read_requests("slug,name,admin_email,seats\nada,Ada,a@ada.example,1000000\n", "t.csv")[0].seats == 1'000'000);
}

TEST_CASE("of very many problems the first hundred are told") {
  std::string text = "acctl: 1\ntenants:\n";
  for (int i = 0; i < 1'000; ++i) text += "  T" + std::to_string(i) + ": {}\n";
  const std::string told = problems(text, "t.yaml");
  CHECK(std::ranges::count(told, '\n') == 101);
  CHECK(told.ends_with(": further problems are not shown\n"));
}

TEST_CASE("each tenant's problem is told once, at its place") {
  CHECK(problems("slug,name,admin_email,seats\nada,Ada,a@ada.example,x\n", "t.csv") ==
        "2:0: seats: 'x' is not a whole number\n");
  CHECK(problems("slug,nmae\n", "t.csv") == "1:0: unknown column 'nmae'; did you mean 'name'?\n");
  CHECK(problems("acctl: 1\ntenants:\n  a: {name: A, admin_email: a@b.example, label: {x: y}}\n", "t.yaml") ==
        "3:42: unknown field 'label'; did you mean 'labels'?\n");
  CHECK(problems("acctl: 1\ntenants:\n  a: {name: A, admin_email: a@b.example, labels: {x: [y]}}\n", "t.yaml") ==
        "3:54: the label x takes one value\n");
}

TEST_CASE("a CSV file of tenants is read in the dialects of spreadsheets, and as tenant list writes it") {
  const auto listed = read_requests(
      "SLUG,NAME,STATUS,PLAN,SERVER,SEATS USED,LABELS,CREATED\r\n"
      "ada,\"Ada, Inc.\",active,pro,main,7,\"region-code=eu, tier=gold\",2026-01-01T00:00:00Z\r\n",
      "t.csv");
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].plan == "pro");
  CHECK(listed[0].server == "main");
  CHECK(listed[0].admin_email.empty());
  CHECK_FALSE(listed[0].seats);
  CHECK(listed[0].labels == std::map<std::string, std::string>{{"region-code", "eu"}, {"tier", "gold"}});
  const auto german = read_requests("sep=;\nSlug;Name; Admin E-Mail ;Label.tier\nada; Ada ;a@ada.example;gold;;\n",
                                    "t.csv", {.ignored_columns = {"Admin E-Mail"}});
  REQUIRE(german.size() == 1);
  CHECK(german[0].name == "Ada");
  CHECK(german[0].labels.at("tier") == "gold");
  CHECK(read_requests("slug\tname\nada\tAda\n", "standard input", {.format = "csv"})[0].name == "Ada");
  CHECK(problems("\n\nslug,name,phone\n", "t.csv") == "3:0: unknown column 'phone'\n");
}

TEST_CASE("labels of one cell are parted by commas and semicolons, and quotes hold those of a value together") {
  const auto labels = [](const std::string& cell) {
    return read_requests("slug\tname\tlabels\nada\tAda\t" + cell + "\n", "t.tsv").at(0).labels;
  };
  using Labels = std::map<std::string, std::string>;
  CHECK(labels("tier=gold note=x") == Labels{{"tier", "gold note=x"}});
  CHECK(labels(" ; tier=gold;a=b = c ,") == Labels{{"a", "b = c"}, {"tier", "gold"}});
  CHECK(labels("a=x \"y\" z") == Labels{{"a", "x \"y\" z"}});
  for (const std::string value : {"a, tier=gold", "b; c", "say \"x\"", "\"", "\"\"", " a ", "x,"}) {
    INFO(value);
    CHECK(labels("n=" + acctl::list_entry(value) + ", tier=gold") == Labels{{"n", value}, {"tier", "gold"}});
  }
  const auto refused = [](const std::string& cell) {
    return problems("slug\tname\tlabels\nada\tAda\t" + cell, "t.tsv");
  };
  CHECK(refused("tier=gold, b") == "2:0: labels: 'b' is not KEY=VALUE\n");
  for (const char* open : {"n=\"a, b", "n=\"a\"b, c=d", "n=\""}) {
    CHECK(refused(open) == "2:0: labels: the value of n must end with its closing double quote\n");
  }
}

TEST_CASE("all problems of a tenant are told together, each at its value") {
  CHECK(problems("acctl: 1\n"
                 "tenants:\n"
                 "  Bob:\n"
                 "    admin_email: nobody\n"
                 "    seats: 0\n"
                 "    labels: {Tier: gold, plan: x}\n"
                 "    pack: helpdsk\n"
                 "    subscription: paid\n"
                 "    limits: {bytes: 5, projects: 0}\n"
                 "    domain: nowhere\n",
                 "t.yaml") ==
        "3:3: the slug 'Bob' cannot name a tenant\n"
        "4:18: the administrator's email 'nobody' is not an e-mail address\n"
        "5:12: seats: 0 is not between 1 and 1000000\n"
        "6:20: the label 'Tier' is not a key\n"
        "6:32: the label 'plan' is reserved: --match plan=… already has a meaning\n"
        "7:11: there is no pack 'helpdsk'; did you mean 'helpdesk'?\n"
        "8:19: there is no subscription 'paid'\n"
        "9:14: there is no limit 'bytes'\n"
        "9:24: limit.projects: 0 is not between 1 and 2147483647\n"
        "10:13: the domain 'nowhere' is not a host name\n");
  CHECK(
      problems("slug,name,admin_email,seats\nBob,,nobody,0\n", "t.csv") ==
      "2:0: the slug 'Bob' cannot name a tenant\n"
      "2:0: the administrator's email 'nobody' is not an e-mail address\n2:0: seats: 0 is not between 1 and 1000000\n");
}

TEST_CASE("a row without administrator can be that of a tenant that exists, in both formats") {
  CHECK(problems("slug,name,admin_email\nada,Ada,\n", "t.csv").empty());
  CHECK(problems("slug,name\nada,Ada\n", "t.csv").empty());
  CHECK(problems("acctl: 1\ntenants:\n  ada: {name: Ada}\n", "t.yaml").empty());
  // Neither need its name be there.
  CHECK(problems("slug,plan\nada,pro\n", "t.csv").empty());
  CHECK(problems("acctl: 1\ntenants:\n  ada: {plan: pro}\n", "t.yaml").empty());
  CHECK(problems("acctl: 1\ntenants:\n  ada: {name: ''}\n", "t.yaml") == "3:15: tenant ada: the name is missing\n");
}

TEST_CASE("empty notes are notes that are taken away, and a column of a label that cannot be is told at the header") {
  for (const char* nothing : {"''", "~", ""}) {
    const acctl::RegistryFile file =
        acctl::read_registry_file(std::string("acctl: 1\ntenants:\n  ada:\n    notes: ") + nothing + "\n", "t.yaml");
    CHECK(nlohmann::json(declared_settings(file.rows[0])).dump() == R"({"notes":null})");
  }
  CHECK_FALSE(declared_settings(acctl::read_registry_file("slug,notes\nada,\n", "t.csv").rows[0]).contains("notes"));
  CHECK(problems("slug,name,label.region,label.tier,label.Big\nada,Ada,eu,gold,x\nbob,Bob,eu,gold,x\n", "t.csv") ==
        "1:0: the label 'region' is reserved: --match region=… already has a meaning\n"
        "1:0: the label 'Big' is not a key\n");
}

TEST_CASE("a file says what a tenant is to be, and of which groups it has all") {
  const acctl::RegistryFile file = acctl::read_registry_file(
      "acctl: 1\nmanager: sales-ops\ntenants:\n"
      "  ada: {name: Ada, admin_email: a@ada.example, plan: pro, seats: 7, labels: {tier: gold}, subscription: active,\n"
      "        features: {sso: true}, limits: {projects: 20, storage_bytes: ~}, domain: help.ada.example, notes: VIP}\n"
      "  bob: {name: Bob, admin_email: b@bob.example, trial_ends: \"2027-01-31T18:00:00+01:00\"}\n",
      "t.yaml");
  CHECK(file.manager == "sales-ops");
  CHECK(nlohmann::json(declared_settings(file.rows[0])).dump() ==
        R"({"admin_email":"a@ada.example","domain.help.ada.example":"unverified","feature.sso":true,)"
        R"("label.tier":"gold","limit.projects":20,"limit.storage_bytes":"none","name":"Ada","notes":"VIP",)"
        R"("plan":"pro","seats":7,"subscription":"active","whole":["label","feature","limit"]})");
  CHECK(declared_settings(file.rows[1]).at("trial_ends_at") == "2027-01-31T17:00:00Z");
  CHECK_FALSE(declared_settings(file.rows[1]).contains("whole"));
  const auto csv = acctl::read_registry_file(
      "slug,name,admin_email,subscription,label.tier\nada,Ada,a@ada.example,past_due,gold\n", "t.csv");
  CHECK(csv.manager == "acctl");
  CHECK(declared_settings(csv.rows[0]).at("subscription") == "past_due");
  CHECK(declared_settings(csv.rows[0]).at("whole").dump() == R"(["label"])");
}

TEST_CASE("settings of a file that cannot be are told with their place") {
  const std::string head = "acctl: 1\ntenants:\n  ada: {name: Ada, admin_email: a@ada.example, ";
  CHECK(problems(head + "subscription: paid}\n", "t.yaml") == "3:62: there is no subscription 'paid'\n");
  CHECK(problems(head + "features: {sso: maybe}}\n", "t.yaml") == "3:64: the feature sso takes true or false\n");
  CHECK(problems(head + "limits: {projects: many}}\n", "t.yaml") ==
        "3:67: the limit projects takes a whole number, or ~ for no limit\n");
  CHECK(problems(head + "limits: {bytes: 5}}\n", "t.yaml") == "3:57: there is no limit 'bytes'\n");
  CHECK(problems(head + "trial_ends: tomorrow}\n", "t.yaml") ==
        "3:60: the end of the trial, 'tomorrow', is not a time\n");
  CHECK(problems("acctl: 1\nmanager: A B\ntenants: {}\n", "t.yaml") == "2:10: the manager 'A B' is not a key\n");
}
