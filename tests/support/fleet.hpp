// Four tenants for tests of commands over many.
#pragma once

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

namespace acctl::test {

inline const std::string helper = "roles:\n  helper: {name: Helper, permissions: [tickets.view]}\n";

// acme, bert, carl and dora; two of them in plan pro, dora labelled.
struct Fleet : TenantFixture {
  Fleet() {
    acctl.create("bert", {"--plan", "pro"});
    acctl.create("carl", {"--plan", "pro"});
    acctl.create("dora", {"--label", "tier=gold"});
  }

  nlohmann::ordered_json plan_for(const std::vector<std::string>& selection, const std::string& text = helper) const {
    std::vector<std::string> words = {"plan", "-f", file(text), "-o", "json"};
    words.insert(words.end(), selection.begin(), selection.end());
    const Result result = acctl(words);
    INFO(result.err);
    REQUIRE((result.status == 0 || result.status == 6));
    return result.json();
  }

  Result apply_to(const std::vector<std::string>& selection, const std::string& text = helper) const {
    std::vector<std::string> words = {"apply", "-f", file(text), "-o", "json", "--yes"};
    words.insert(words.end(), selection.begin(), selection.end());
    return acctl(words);
  }

  std::string holders() const {
    std::string all;
    for (const char* tenant : {"acme", "bert", "carl", "dora"}) {
      all += acctl.in(tenant, "select count(*) from app.roles where key = 'helper'");
    }
    return all;
  }
};

}  // namespace acctl::test
