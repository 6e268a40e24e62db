// The laws of plans, with states made up from seeds.
#include "provisioning/plan/diff.hpp"

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/mismatches.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_state.hpp"

using acctl::changed;
using acctl::diff;
using acctl::inverse;
using acctl::mismatches;
using acctl::State;
using acctl::test::portrait_of;
using acctl::test::RandomStates;

namespace {

constexpr unsigned seeds = 60;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A role, a project and a user get another key; what refers to them follows.
struct Renamed {
  State state;
  acctl::Renames renames;
};

Renamed rename_some(State state, RandomStates& random) {
  Renamed result;
  for (const char* kind : {"roles", "projects", "users"}) {
    if (!state.contains(kind) || random.chance(30)) continue;
    const std::string old = state[kind].begin()->first;
    result.renames[kind][std::string(kind) == "users" ? "renamed@acme.example" : "renamed"] = old;
  }
  std::vector<acctl::Change> changes;
  for (const auto& [kind, of_kind] : result.renames) {
    for (const auto& [to, from] : of_kind) {
      changes.push_back({.action = acctl::Action::change, .kind = kind, .key = to, .fields = {{"key", {from, to}}}});
    }
  }
  result.state = changed(std::move(state), changes);
  return result;
}

// Something new is made under a key that rename_some() has taken from another, with some of its lists.
void hand_over(Renamed& renamed, const State& before, RandomStates& random) {
  for (const auto& [kind, of_kind] : renamed.renames) {
    for (const auto& [to, from] : of_kind) {
      if (renamed.state[kind].contains(from) || random.chance(20)) continue;
      acctl::Object& heir = renamed.state[kind][from];
      heir.fields = before.at(kind).at(from).fields;
      heir.fields["name"] = "Heir";
      if (kind == "users") heir.status = "invited";
      for (const acctl::EdgeKind& edge : acctl::edge_kinds()) {
        if (edge.owner->name != kind) continue;
        for (const std::string& key : find_edges(before, edge, from)) {
          const std::string target = split_edge(edge, key).second;
          // What the renamed one has, and what both have.
          const bool there = renamed.state.contains(std::string(edge.list->target)) &&
                             renamed.state.at(std::string(edge.list->target)).contains(target);
          if (there && random.chance(50)) {
            renamed.state[std::string(edge.list->kind)][acctl::edge_key(from, target)].fields =
                before.at(std::string(edge.list->kind)).at(key).fields;
          }
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("law: a state does not differ from itself") {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const State state = RandomStates(seed).next();
    CHECK(diff(state, state).empty());
  }
}

TEST_CASE("law: the difference of two states leads from one to the other, and its inverse back") {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    RandomStates random(seed);
    const State a = random.next();
    const State b = random.next();
    const auto changes = diff(a, b);
    CHECK(mismatches(a, changes).empty());
    CHECK(portrait_of(changed(a, changes)) == portrait_of(b));
    CHECK(join_reasons(mismatches(b, inverse(changes))) == "");
    CHECK(portrait_of(changed(b, inverse(changes))) == portrait_of(a));
  }
}

TEST_CASE("law: a renamed object is the same object, with all that refers to it") {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    RandomStates random(seed);
    const State a = random.next();
    const Renamed b = rename_some(random.chance(50) ? a : State(a), random);
    const auto changes = diff(a, b.state, b.renames);
    std::size_t expected = 0;
    for (const auto& [kind, of_kind] : b.renames) expected += of_kind.size();
    CHECK(changes.size() == expected);  // edges and references do not count as changed
    CHECK(portrait_of(changed(a, changes)) == portrait_of(b.state));
    CHECK(join_reasons(mismatches(b.state, inverse(changes))) == "");
    CHECK(portrait_of(changed(b.state, inverse(changes))) == portrait_of(a));
  }
}

TEST_CASE("law: renaming and changing at once can be taken back") {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    RandomStates random(seed);
    const State a = random.next();
    // Another state in which the renamed objects of `a` are surely there, under their new names.
    State merged = random.next();
    for (const char* kind : {"roles", "projects", "users"}) {
      if (!a.contains(kind)) continue;
      const auto& [key, object] = *a.at(kind).begin();
      merged[kind].emplace(key, object);
    }
    const Renamed b = rename_some(merged, random);
    acctl::Renames renames = b.renames;
    for (auto& [kind, of_kind] : renames) {
      std::erase_if(of_kind, [&, &kind = kind](const auto& rename) {
        return !a.contains(kind) || !a.at(kind).contains(rename.second);
      });
    }
    const auto changes = diff(a, b.state, renames);
    CHECK(portrait_of(changed(a, changes)) == portrait_of(b.state));
    CHECK(join_reasons(mismatches(b.state, inverse(changes))) == "");
    CHECK(portrait_of(changed(b.state, inverse(changes))) == portrait_of(a));
  }
}

TEST_CASE("law: a key that one gives up and another gets is given back, and goes there again", "[promise 14]") {
  for (unsigned seed = 0; seed < 3 * seeds; ++seed) {
    INFO("seed " << seed);
    RandomStates random(seed);
    const State a = random.next();
    Renamed b = rename_some(State(a), random);
    hand_over(b, a, random);
    const auto changes = diff(a, b.state, b.renames);
    CHECK(portrait_of(changed(a, changes)) == portrait_of(b.state));
    const auto back = inverse(changes);
    CHECK(join_reasons(mismatches(b.state, back)) == "");
    CHECK(portrait_of(changed(b.state, back)) == portrait_of(a));
    // The way back is planned from states, and leads forth again.
    const auto planned = diff(b.state, a, collect_renames(back));
    CHECK(planned.size() == changes.size());
    CHECK(join_reasons(mismatches(b.state, planned)) == "");
    CHECK(portrait_of(changed(b.state, planned)) == portrait_of(a));
    const auto forth = inverse(planned);
    CHECK(join_reasons(mismatches(a, forth)) == "");
    CHECK(portrait_of(changed(a, forth)) == portrait_of(b.state));
  }
}

TEST_CASE("what a plan does not suppose is a misfit: gone, new, different, or joined by others", "[promise 5]") {
  RandomStates random(7);
  State a{{"teams", {{"t", {.fields = {{"name", "T"}}}}, {"u", {.fields = {{"name", "U"}}}}}},
          {"users", {{"ana@acme.example", {}}}}};
  State b = a;
  b["teams"].erase("t");
  b["teams"]["u"].fields["name"] = "V";
  b["teams"]["new"].fields["name"] = "N";
  const auto changes = diff(a, b);
  State live = a;
  live["teams"]["new"].fields["name"] = "N";
  live["teams"]["u"].fields["name"] = "W";
  live["team_members"]["t/ana@acme.example"] = {};
  const std::string reasons = join_reasons(mismatches(live, changes));
  CHECK(contains(reasons, "teams/new already exists"));
  CHECK(contains(reasons, "teams/u: name is \"W\" and was \"U\""));
  CHECK(contains(reasons, "teams/t now has ana@acme.example among its members"));
  live["teams"].erase("t");
  CHECK(contains(join_reasons(mismatches(live, changes)), "teams/t no longer exists"));
}

TEST_CASE("changes come in an order that can be executed") {
  State before{{"business_hours", {{"old", {.fields = {{"name", "O"}}}}}},
               {"sla_policies", {{"p", {.fields = {{"business_hours", "old"}}}}}},
               {"users", {{"leaver@acme.example", {}}}},
               {"roles", {{"r", {}}}},
               {"user_roles", {{"leaver@acme.example/r", {}}}}};
  State after{{"business_hours", {{"new", {.fields = {{"name", "N"}}}}}},
              {"sla_policies", {{"p", {.fields = {{"business_hours", "new"}}}}}},
              {"users", {{"joiner@acme.example", {}}}},
              {"roles", {{"r", {}}}},
              {"user_roles", {{"joiner@acme.example/r", {}}}}};
  std::string order;
  for (const acctl::Change& change : diff(before, after)) {
    order += std::string(to_string(change.action)) + " " + to_address(change) + "\n";
  }
  // Memberships go first; a seat is free before the next is taken; what others refer to goes last.
  CHECK(order ==
        "remove user_roles/leaver@acme.example/r\n"
        "remove users/leaver@acme.example\n"
        "add users/joiner@acme.example\n"
        "add business_hours/new\n"
        "change sla_policies/p\n"
        "add user_roles/joiner@acme.example/r\n"
        "remove business_hours/old\n");
}
