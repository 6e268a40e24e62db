// Records that people lose their access in tenants that a run cannot enter: those end it when they are resumed or
// finished.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/departures.hpp"

namespace acctl {

class Departing {
 public:
  // Both outlive it; `tenants` are those that the run is for.
  Departing(Platform& platform, const std::vector<Tenant>& tenants) : platform_(platform), tenants_(tenants) {}

  // Asks the registry which of the tenants that cannot be entered have them. `unseen`: those who are users of no other
  // tenant.
  void look(AccessEnd end, std::vector<std::string> unseen);

  // Whether a tenant that cannot be entered has this user, or may have them.
  bool may_have(const std::string& email) const;
  // Whether report() says something of this tenant.
  bool speaks_of(const std::string& slug) const;

  // What is to be recorded for them, for the prompt: "end the access of … when it is resumed"; "" if there is nothing,
  // or an earlier run has recorded it.
  std::string elsewhere() const;

  // A sentence for each of these tenants, and the same as records: tenant, email, why, known.
  void report(Terminal& terminal) const;
  nlohmann::ordered_json records() const;

  // Records it for all tenants that cannot be entered. Returns the slugs of those that are held and that report() says
  // nothing of.
  std::vector<std::string> note();
  bool has_noted() const { return has_noted_; }

  // Throws Error(partial) if a tenant that was finished during this run has let them in.
  void require_reached() const;

 private:
  // Whether it is worth a word: if the users of a tenant are not known, only people who were found nowhere else are.
  bool concerns(const PlaceOutOfReach& place) const;

  Platform& platform_;
  const std::vector<Tenant>& tenants_;
  AccessEnd end_;
  std::vector<std::string> unseen_;
  std::vector<PlaceOutOfReach> places_;
  bool has_noted_ = false;
};

}  // namespace acctl
