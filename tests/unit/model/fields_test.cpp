#include "provisioning/model/fields.hpp"

#include "provisioning/model/change.hpp"
#include "tests/support/catch.hpp"

using acctl::Object;
using acctl::ObjectFields;
using acctl::State;

namespace {

std::string words(const ObjectFields& fields) {
  std::string all;
  for (const auto& [name, value] : fields) all += name + "=" + value.dump() + " ";
  return all;
}

const acctl::Interned* first_name(const ObjectFields& fields) { return &fields.begin()->first; }

}  // namespace

TEST_CASE("fields stand in the order of their names, each once") {
  ObjectFields fields = {{"name", "Ana"}, {"idp", "local"}, {"name", "Ben"}};
  fields["crm_access"] = true;
  CHECK(words(fields) == R"(crm_access=true idp="local" name="Ana" )");
  CHECK(fields.size() == 3);
  CHECK_FALSE(fields.try_emplace("idp", "entra").second);
  CHECK(fields.try_emplace("external_id", "7").second);
  CHECK(fields.find("idp")->second == "local");
  CHECK(fields.erase("idp") == 1);
  CHECK(fields.erase("idp") == 0);
  CHECK_FALSE(fields.contains("idp"));
  CHECK(fields.find("idp") == fields.end());
  CHECK_THROWS_AS(fields.at("idp"), std::out_of_range);
  CHECK(words(fields) == R"(crm_access=true external_id="7" name="Ana" )");
  fields.clear();
  CHECK(fields.empty());
}

TEST_CASE("copies of fields are one in memory until one of them changes") {
  ObjectFields fields = {{"idp", "local"}, {"name", "Ana"}};
  ObjectFields copy = fields;
  CHECK(first_name(copy) == first_name(fields));
  copy.set("name", "Ana");  // no change
  copy.erase("external_id");
  CHECK(first_name(copy) == first_name(fields));
  CHECK(copy == fields);
  copy.set("name", "Ben");
  CHECK(first_name(copy) != first_name(fields));
  CHECK(words(fields) == R"(idp="local" name="Ana" )");
  CHECK(words(copy) == R"(idp="local" name="Ben" )");
  CHECK_FALSE(copy == fields);
  copy["name"] = "Ana";
  CHECK(copy == fields);
  copy.find("idp")->second = "entra";
  copy.erase("name");
  CHECK(words(fields) == R"(idp="local" name="Ana" )");
  CHECK(words(copy) == R"(idp="entra" )");
}

TEST_CASE("the objects of a kind are shared by copies of a state until one changes them") {
  State state;
  state["teams"]["night"].fields = {{"name", "Night"}};
  state["roles"]["agent"].fields = {{"name", "Agent"}};
  const State before = state;
  const auto at = [](const State& of, const char* kind, const char* key) { return acctl::find_object(of, kind, key); };
  CHECK(at(state, "teams", "night") == at(before, "teams", "night"));
  state["teams"].erase("day");
  state["teams"].erase_if([](const auto& team) { return team.first == "day"; });
  CHECK(at(state, "teams", "night") == at(before, "teams", "night"));
  state["teams"]["night"].manager = "gitops";
  CHECK(at(state, "teams", "night") != at(before, "teams", "night"));
  CHECK(at(state, "roles", "agent") == at(before, "roles", "agent"));
  CHECK(at(before, "teams", "night")->manager.empty());
  CHECK(first_name(at(state, "teams", "night")->fields) == first_name(at(before, "teams", "night")->fields));
  state["teams"].erase("night");
  CHECK(before.at("teams").contains("night"));
  CHECK(state.at("teams").empty());
}

TEST_CASE("changes have fields in the same form") {
  acctl::FieldChanges changes = {{"name", {"A", "B"}}, {"idp", {nullptr, "local"}}};
  for (auto& [name, values] : changes) std::swap(values.before, values.after);
  CHECK(changes.at("name") == acctl::FieldChange{"B", "A"});
  CHECK(changes.begin()->first == "idp");
}

TEST_CASE("a kind that is missing has no objects, and a field that is not set no value") {
  const State state = {{"roles", {{"agent", {.fields = {{"name", "Agent"}, {"system", true}}}}}}};
  CHECK(acctl::object_keys(state, "roles") == std::vector<std::string>{"agent"});
  CHECK(acctl::all_of_kind(state, "teams").empty());
  CHECK(acctl::find_object(state, "teams", "agent") == nullptr);
  const acctl::Object& agent = *acctl::find_object(state, "roles", "agent");
  CHECK(acctl::has_value(agent, "system", true));
  CHECK_FALSE(acctl::has_value(agent, "system", false));
  CHECK_FALSE(acctl::has_value(agent, "base", nullptr));
  CHECK(agent.fields.get("base") == nullptr);
  CHECK(acctl::find_field_text(agent, "name") == "Agent");
  CHECK(acctl::find_field_text(agent, "system").empty());
  const acctl::Change change{.action = acctl::Action::change, .fields = {{"status", {"active", "suspended"}}}};
  CHECK(change.sets("status", "suspended"));
  CHECK_FALSE(change.sets("status", "active"));
  CHECK_FALSE(change.sets("name", nullptr));
}
