// The people of a tenant and what gives them access, as they were at a time in the past: the present state with all
// runs of the ledger since then taken back.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

struct LedgerWord {
  std::string at;  // as the server writes a time
  std::string run;
  std::string actor;
};

class PastState {
 public:
  // At `at`, RFC 3339, in a transaction in which everything is read as of one moment. Throws Error(invalid) naming --at
  // for a time that is not over. A user is "inactive" without a sign-in in `inactive_ms` before it.
  PastState(Connection& tenant, const std::string& at, std::int64_t inactive_ms);

  const State& state() const { return state_; }
  const std::string& at() const { return at_; }  // RFC 3339, UTC, to the second, as ends of grants are
  // Rows that the application has made since; they are not in the state.
  std::int64_t left_out() const { return left_out_; }
  // The last that the ledger says, until then, on a grant to a user: "user_roles/ana@acme.example/agent", or
  // "users/ana@acme.example" for the role template.
  std::optional<LedgerWord> word_on(const std::string& address) const;

 private:
  void note_people(const Rows& rows);
  void note_grants(const Rows& rows);
  void take_back(const Rows& rows);
  void believe_ledger(const Change& change);
  void leave_out_later();
  void restore_expired();
  void drop_loose_members();

  State state_;
  std::vector<Rows> rows_;
  std::string at_;
  std::string now_;
  std::int64_t left_out_ = 0;
  std::map<std::string, int> words_;
};

// What the row of an object of PastState says of itself, if it is still there. Of users: signed_in (the
// last sign-in until then, as the server writes a time), signed_in_later, inactive, invited_long_ago, keys (names); of
// grants: made (as the server writes a time).
const nlohmann::json* find_fact(const Object& object, const std::string& name);
bool is_fact(const Object& object, const std::string& name);
std::string text_fact(const Object& object, const std::string& name);

}  // namespace acctl
