// States of a tenant made up from a seed: what PostgreSQL accepts, and nothing that anybody would write by hand.
#pragma once

#include <random>
#include <string>

#include "provisioning/model/state.hpp"

namespace acctl::test {

class RandomStates {
 public:
  explicit RandomStates(unsigned seed) : random_(seed) {}

  // Objects of all kinds with references and members that exist. Two states of one seed share many keys.
  State next();

  // Yes with this chance in percent.
  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

 private:
  std::string text();
  nlohmann::json value();
  void add_objects(State& state);
  void add_members(State& state);

  std::mt19937 random_;
};

// A state as text: equal for equal contents and managers, wherever they come from.
std::string portrait_of(const State& state);

}  // namespace acctl::test
