// What undo makes of changes alone: which of them have ended by themselves, and which decide the same.
#include "provisioning/plan/undo.hpp"

#include "provisioning/plan/diff.hpp"
#include "tests/support/catch.hpp"

using acctl::Action;
using acctl::Change;
using acctl::decide_the_same;
using acctl::ended_in;
using acctl::without_ended;

namespace {

const std::string now = "2030-01-01T00:00:00Z";
const nlohmann::json past = "2030-01-01T00:00:00Z";  // just now
const nlohmann::json future = "2030-01-01T00:00:01Z";
const nlohmann::json later = "2031-01-01T00:00:00Z";

Change grant(Action action, const nlohmann::json& before, const nlohmann::json& after) {
  Change change{.action = action, .kind = "user_roles", .key = "ana@acme.example/agent"};
  if (!before.is_null() || !after.is_null()) change.fields["until"] = {before, after};
  return change;
}

// "add null 2031…", "" for nothing.
std::string seen(const Change& change) {
  const auto left = without_ended({change}, now);
  if (left.empty()) return "";
  const auto until = left.front().fields.find("until");
  const std::string end =
      until == left.front().fields.end() ? "for good" : until->second.before.dump() + " " + until->second.after.dump();
  return std::string(to_string(left.front().action)) + " " + end;
}

}  // namespace

TEST_CASE("what has ended since was no addition, no removal and no change", "[promise 14]") {
  CHECK(seen(grant(Action::add, nullptr, past)).empty());
  CHECK(seen(grant(Action::remove, past, nullptr)).empty());
  CHECK(seen(grant(Action::change, past, past)).empty());
  CHECK(seen(grant(Action::add, nullptr, future)) == "add null " + future.dump());
  CHECK(seen(grant(Action::remove, future, nullptr)) == "remove " + future.dump() + " null");
  CHECK(seen(grant(Action::change, future, later)) == "change " + future.dump() + " " + later.dump());
  CHECK(seen(grant(Action::add, nullptr, nullptr)) == "add for good");
  CHECK(seen(grant(Action::remove, nullptr, nullptr)) == "remove for good");
}

TEST_CASE("a change of an end is an addition or a removal where one of both times is over", "[promise 14]") {
  CHECK(seen(grant(Action::change, past, future)) == "add null " + future.dump());
  CHECK(seen(grant(Action::change, past, nullptr)) == "add for good");
  CHECK(seen(grant(Action::change, future, past)) == "remove " + future.dump() + " null");
  CHECK(seen(grant(Action::change, nullptr, past)) == "remove for good");
}

TEST_CASE("what has ended is named with its time, and fields named until of other kinds mean nothing") {
  CHECK(ended_in({grant(Action::add, nullptr, past), grant(Action::add, nullptr, future)}, now) ==
        std::vector<std::string>{"user_roles/ana@acme.example/agent ended at 2030-01-01T00:00:00Z"});
  Change setting{.action = Action::change, .kind = "settings", .key = "s", .fields = {{"until", {past, past}}}};
  CHECK(without_ended({setting}, now).size() == 1);
}

TEST_CASE("two changes decide the same where they speak of one field, or of whether the object is there") {
  const Change name{.action = Action::change, .kind = "roles", .key = "r", .fields = {{"name", {"a", "b"}}}};
  const Change scope{.action = Action::change, .kind = "roles", .key = "r", .fields = {{"scope", {"a", "b"}}}};
  const Change other{.action = Action::change, .kind = "roles", .key = "q", .fields = {{"name", {"a", "b"}}}};
  const Change gone{.action = Action::remove, .kind = "roles", .key = "r"};
  const Change team{.action = Action::remove, .kind = "teams", .key = "r"};
  CHECK(decide_the_same(name, name));
  CHECK_FALSE(decide_the_same(name, scope));
  CHECK_FALSE(decide_the_same(name, other));
  CHECK(decide_the_same(name, gone));
  CHECK(decide_the_same(gone, scope));
  CHECK_FALSE(decide_the_same(gone, team));
}

TEST_CASE("keys that are passed on in a chain or swapped take one step each, forth and back") {
  const acctl::State before{
      {"role_templates", {{"a", {.fields = {{"name", "A"}}}}, {"b", {.fields = {{"name", "B"}}}}}},
      {"users",
       {{"u@acme.example", {.fields = {{"role_template", "a"}}}},
        {"v@acme.example", {.fields = {{"role_template", "b"}}}}}},
      {"permissions", {{"x.y", {}}}},
      {"role_template_permissions", {{"a/x.y", {}}}}};
  const auto renamed = [&](const std::string& first, const std::string& second) {
    const std::vector<Change> renames = {
        {.action = Action::change, .kind = "role_templates", .key = first, .fields = {{"key", {"a", first}}}},
        {.action = Action::change, .kind = "role_templates", .key = second, .fields = {{"key", {"b", second}}}}};
    const acctl::State after = changed(before, renames);
    const auto template_of = [&](const std::string& user) {
      return after.at("users").at(user).fields.at("role_template");
    };
    CHECK(after.at("role_templates").at(first).fields.at("name") == "A");
    CHECK(after.at("role_templates").at(second).fields.at("name") == "B");
    CHECK(template_of("u@acme.example") == first);
    CHECK(template_of("v@acme.example") == second);
    CHECK(after.at("role_template_permissions").contains(first + "/x.y"));
    const auto changes = diff(before, after, collect_renames(renames));
    CHECK(changes.size() == 2);
    const acctl::State back = changed(after, inverse(changes));
    CHECK(back.at("users").at("u@acme.example").fields.at("role_template") == "a");
    CHECK(back.at("role_templates").at("b").fields.at("name") == "B");
    CHECK(back.at("role_template_permissions").contains("a/x.y"));
  };
  renamed("b", "c");
  renamed("b", "a");
}
