// The grammar of the conditions that select tenants.
#include "provisioning/model/tenant_condition.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::Bound;
using acctl::Comparison;
using acctl::find_tenant_property;
using acctl::parse_condition;
using acctl::TenantCondition;

namespace {

// What is wrong with `text`, and what to do; "" if it is a condition.
std::string problem(const std::string& text) {
  try {
    parse_condition(text);
    return "";
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    CHECK_FALSE(error.hint().empty());
    return error.what();
  }
}

std::string read(const std::string& text) { return to_string(parse_condition(text)); }

Bound bound(const std::string& property, const std::string& value) {
  return acctl::read_bound(*find_tenant_property(property), value);
}

}  // namespace

TEST_CASE("a condition is a key, a comparison and values") {
  CHECK(parse_condition("plan=pro") == TenantCondition{"plan", Comparison::equal, {"pro"}});
  CHECK(parse_condition("plan!=pro,enterprise") == TenantCondition{"plan", Comparison::unequal, {"enterprise", "pro"}});
  CHECK(parse_condition("seats>=90%") == TenantCondition{"seats", Comparison::at_least, {"90%"}});
  CHECK(parse_condition("seats>90%").comparison == Comparison::more);
  CHECK(parse_condition("created<=30d").comparison == Comparison::at_most);
  CHECK(parse_condition("trial_ends<14d").comparison == Comparison::less);
  CHECK(read("plan=pro,pro,a") == "plan=a,pro");
}

TEST_CASE("what is no property is a label, and label. says so where both could be meant") {
  CHECK(read("tier=gold") == "label.tier=gold");
  CHECK(read("label.tier!=gold") == "label.tier!=gold");
  CHECK(read("label.plan=old") == "label.plan=old");
  CHECK(read("label.tier=*") == "label.tier=*");
  CHECK(read("tier=a=b") == "label.tier=a=b");
}

TEST_CASE("a value with a comma or a quote stands in double quotes, as lists write it") {
  CHECK(parse_condition(R"(label.team="a,b",c)") == TenantCondition{"label.team", Comparison::equal, {"a,b", "c"}});
  CHECK(parse_condition(R"(team!="say ""hi""")") ==
        TenantCondition{"label.team", Comparison::unequal, {R"(say "hi")"}});
  CHECK(parse_condition(R"(team=a "b")") == TenantCondition{"label.team", Comparison::equal, {R"(a "b")"}});
  for (const char* text : {R"(label.team="a,b",c)", R"(label.team="say ""hi""")", "label.team=a,b"}) {
    CHECK(read(text) == text);
  }
  for (const char* text : {R"(team="a,b)", R"(team="a"b)", R"(team=")"}) {
    INFO(text);
    CHECK(problem(text).ends_with("has a value whose double quotes do not end with it"));
  }
  CHECK(problem(R"(team="")").ends_with("has an empty value"));
}

TEST_CASE("what is no condition is refused with what to write") {
  for (const char* text : {"", "plan", "=pro", "plan=", "plan!=", "seats>", "!", "plan!pro"}) {
    INFO(text);
    CHECK(problem(text).ends_with("is not a condition"));
  }
  CHECK(problem("plan=pro,,x") == "'plan=pro,,x' has an empty value");
  CHECK(problem("plan=pro,").ends_with("has an empty value"));
  CHECK(problem("status=activ") == "there is no status 'activ'; did you mean 'active'?");
  CHECK(problem("subscription=trial").starts_with("there is no subscription 'trial'"));
  CHECK(problem("plan>pro") == "'plan' cannot be compared with >");
  CHECK(problem("seats=5") == "'seats' cannot be compared with =");
  CHECK(problem("created=30d") == "'created' cannot be compared with =");
  CHECK(problem("seat>=5") == "'seat' cannot be compared with >=; did you mean 'seats'?");
  CHECK(problem("created>30") == "created: '30' is neither a time nor a duration");
  CHECK(problem("created>2027-02-30") == "created: '2027-02-30' is neither a time nor a duration");
  CHECK(problem("seats>-1") == "'-1' is not a number of seats");
  CHECK(problem("seats>%") == "'%' is not a number of seats");
  CHECK(problem("seats_limit>90%") == "'90%' is not a number for seats_limit");
  CHECK(problem("storage>=5") == "'storage' cannot be compared with >=; did you mean 'storage_limit'?");
  CHECK(problem("feature>sso") == "'feature' cannot be compared with >");
  CHECK(problem("seats>5,6") == "'seats' is compared with one value");
  CHECK(problem("Tier=gold") == "there is no property or label 'Tier'");
}

TEST_CASE("a bound is a number, a share, a moment or a duration") {
  CHECK(bound("seats", "90%").percent);
  CHECK(bound("seats", "90%").number == 90);
  CHECK(bound("seats", "0").number == 0);
  CHECK(bound("storage_limit", "107374182400").number == 107'374'182'400);
  CHECK(bound("created", "30d").number == 30LL * 86'400'000);
  CHECK(bound("created", "2027-01-31").moment == "2027-01-31T00:00:00Z");
  CHECK(bound("trial_ends", "2027-01-31T18:00:00+01:00").moment == "2027-01-31T17:00:00Z");
}

TEST_CASE("conditions with = on the same key are alternatives, all others hold together") {
  const auto merged = acctl::merge_alternatives({parse_condition("plan=pro"), parse_condition("tier!=gold"),
                                                 parse_condition("plan=trial,pro"), parse_condition("tier!=silver")});
  REQUIRE(merged.size() == 3);
  CHECK(to_string(merged[0]) == "plan=pro,trial");
  CHECK(to_string(merged[1]) == "label.tier!=gold");
  CHECK(to_string(merged[2]) == "label.tier!=silver");
}

TEST_CASE("each property says what it is, for help and completion") {
  for (const acctl::TenantProperty& property : acctl::tenant_properties()) {
    INFO(property.name);
    CHECK_FALSE(property.help.empty());
    CHECK((property.type == acctl::TenantProperty::Type::word) == !property.words.empty());
  }
}
