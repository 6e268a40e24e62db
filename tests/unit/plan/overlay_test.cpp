// Promise 6: what definitions take away from a tenant, laid over states made by hand.
#include "provisioning/plan/overlay.hpp"

#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"

using acctl::Declaration;
using acctl::Definitions;
using acctl::OverlayOptions;
using acctl::State;

namespace {

Declaration named(const std::string& name) {
  Declaration declaration;
  declaration.fields["name"] = {name, {}};
  declaration.place = {"roles.yaml", 3, 1};
  return declaration;
}

State tenant() {
  State state;
  for (const auto& [key, manager] : {std::pair{"ours", "one"}, {"theirs", "two"}, {"nobody", ""}}) {
    state["teams"][key].fields["name"] = key;
    state["teams"][key].manager = manager;
    state["roles"][key].fields["name"] = key;
    state["roles"][key].manager = manager;
  }
  return state;
}

std::string keys(const State& state, const std::string& kind) {
  std::string all;
  const auto found = state.find(kind);
  if (found == state.end()) return all;
  for (const auto& [key, object] : found->second) all += (all.empty() ? "" : " ") + key;
  return all;
}

const OverlayOptions pruning = {.manager = "one", .prune = true, .only = {}};

}  // namespace

TEST_CASE("promise 6: prune removes what its manager declares no longer, and nothing of others") {
  const State pruned = acctl::overlay(tenant(), {}, pruning).state;
  CHECK(keys(pruned, "teams") == "nobody theirs");
  CHECK(keys(pruned, "roles") == "nobody theirs");
}

TEST_CASE("promise 6: without prune nothing goes, and what would is named") {
  const acctl::Desired kept = acctl::overlay(tenant(), {}, {.manager = "one", .only = {}});
  CHECK(keys(kept.state, "teams") == "nobody ours theirs");
  CHECK(kept.prunable == std::vector<std::string>{"roles/ours", "teams/ours"});
}

TEST_CASE("promise 6: files without a manager, as those of a pack, prune nothing") {
  CHECK(keys(acctl::overlay(tenant(), {}, {.manager = "", .prune = true, .only = {}}).state, "teams") ==
        "nobody ours theirs");
}

TEST_CASE("promise 6: prune keeps to the kinds that are wanted, and to what is declared") {
  CHECK(keys(acctl::overlay(tenant(), {}, {.manager = "one", .prune = true, .only = {"roles"}}).state, "teams") ==
        "nobody ours theirs");
  Definitions definitions;
  definitions.objects["teams"]["ours"] = named("Ours");
  CHECK(keys(acctl::overlay(tenant(), definitions, pruning).state, "teams") == "nobody ours theirs");
}

TEST_CASE("promise 6: what another manager owns is a conflict, and is taken over only where that is said") {
  Definitions definitions;
  definitions.objects["teams"]["theirs"] = named("Mine now");
  CHECK_THROWS_AS(acctl::overlay(tenant(), definitions, {.manager = "one", .only = {}}), acctl::Error);
  const State taken = acctl::overlay(tenant(), definitions, {.manager = "one", .adopt = true, .only = {}}).state;
  CHECK(taken.at("teams").at("theirs").manager == "one");
}

TEST_CASE("promise 6: a manager's list of what it protects ends nobody else's protection") {
  State state = tenant();
  state["protections"]["teams/ours"].manager = "one";
  state["protections"]["teams/theirs"].manager = "two";
  state["protections"]["roles/theirs"].manager = "two";
  Definitions definitions;
  definitions.guards.protect.emplace();
  (*definitions.guards.protect)["roles/ours"] = {"roles.yaml", 9, 1};
  (*definitions.guards.protect)["teams/theirs"] = {"roles.yaml", 10, 1};
  const State after = acctl::overlay(state, definitions, {.manager = "one", .only = {}}).state;
  // What two protect is protected twice.
  CHECK(keys(after, "protections") == "roles/ours roles/theirs teams/theirs teams/theirs (one)");
  CHECK(after.at("protections").at("teams/theirs").manager == "two");
  definitions.guards.protect.reset();
  CHECK(keys(acctl::overlay(state, definitions, {.manager = "one", .only = {}}).state, "protections") ==
        "roles/theirs teams/ours teams/theirs");
}

TEST_CASE("promise 6: a list that files give is the whole truth, but for what is granted for a time") {
  State state = tenant();
  state["permissions"]["tickets.view"] = {};
  state["users"]["ana@x.example"].status = "active";
  state["user_roles"]["ana@x.example/ours"] = {};
  state["user_roles"]["ana@x.example/nobody"].fields["until"] = "2030-01-01T00:00:00Z";
  Definitions definitions;
  Declaration ana;
  ana.place = {"users.yaml", 2, 1};
  ana.lists["roles"] = {};
  definitions.objects["users"]["ana@x.example"] = ana;
  const State after = acctl::overlay(state, definitions, {.manager = "one", .only = {}}).state;
  CHECK(keys(after, "user_roles") == "ana@x.example/nobody");
  // A grant that was to end before now is none that the list leaves alone.
  const auto with_end = [&](const std::string& end) {
    acctl::DeclaredList list;
    list.entries.push_back({.key = "nobody", .level = "", .place = {}, .until = end});
    definitions.objects["users"]["ana@x.example"].lists["roles"] = list;
    return keys(acctl::overlay(state, definitions, {.manager = "one", .only = {}, .now = "2025-01-01T00:00:00Z"}).state,
                "user_roles");
  };
  CHECK(with_end("2026-01-01T00:00:00Z") == "ana@x.example/nobody");
  CHECK(with_end("2025-01-01T00:00:00Z").empty());
}

TEST_CASE("former keys lead to any arrangement of the keys, at once") {
  State state;
  for (const char* key : {"a", "b", "c", "d", "e"}) state["teams"][key].fields["name"] = std::string("was ") + key;
  const auto arranged = [&](const std::vector<std::pair<std::string, std::vector<std::string>>>& wanted,
                            const acctl::Renames& renamed_before = {}) {
    Definitions files;
    for (const auto& [key, previously] : wanted) {
      Declaration declaration;
      declaration.place = {"teams.yaml", 3, 1};
      declaration.previously = previously;
      files.objects["teams"][key] = declaration;
    }
    OverlayOptions options{.manager = "one", .only = {}};
    options.renamed_before = renamed_before;
    std::string all;
    const State after = acctl::overlay(state, files, options).state;
    for (const auto& [key, object] : after.at("teams")) {
      all += key + "=" + object.fields.at("name").get<std::string>().substr(4) + " ";
    }
    return all;
  };
  CHECK(arranged({{"a", {"b"}}, {"b", {"a"}}}) == "a=b b=a c=c d=d e=e ");
  CHECK(arranged({{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}}) == "a=b b=c c=a d=d e=e ");
  CHECK(arranged({{"a", {"b"}}, {"b", {"a"}}, {"d", {"e"}}, {"e", {"d"}}}) == "a=b b=a c=c d=e e=d ");
  CHECK(arranged({{"a", {"x", "b"}}, {"b", {"a"}}, {"f", {"e"}}, {"e", {"d"}}}) == "a=b b=a c=c e=d f=e ");
  // Done before, as the ledger says: of both, and then of a circle in another direction.
  CHECK(arranged({{"a", {"b"}}, {"b", {"a"}}}, {{"teams", {{"a", "b"}, {"b", "a"}}}}) == "a=a b=b c=c d=d e=e ");
  CHECK(arranged({{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}}, {{"teams", {{"a", "c"}, {"b", "a"}, {"c", "b"}}}}) ==
        "a=b b=c c=a d=d e=e ");
  CHECK_THROWS_AS(arranged({{"a", {"b"}}}), acctl::Error);
}
