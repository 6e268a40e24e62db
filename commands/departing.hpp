// People who lose their access by a run, and the tenants that it cannot enter to take it away: they hear of it when
// they are resumed or finished.
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

  // Asks the registry which of the tenants that cannot be entered have them. `unseen`: users of none that can.
  void look(AccessEnd end, std::vector<std::string> unseen);

  // Whether a tenant that cannot be entered has this user, or may have them.
  bool may_have(const std::string& email) const;
  // Whether something is said of this tenant by tell().
  bool speaks_of(const std::string& slug) const;

  // What is to be remembered for them, to be asked about: "end the access of … when it is resumed"; "" where nothing
  // is, or an earlier run has.
  std::string elsewhere() const;

  // A sentence for each of these tenants, and the same as records: tenant, email, why, known.
  void tell(Terminal& terminal) const;
  nlohmann::ordered_json records() const;

  // Remembers it for all tenants that cannot be entered; the slugs of those that are held and not spoken of by tell().
  std::vector<std::string> note();
  bool has_noted() const { return has_noted_; }

  // Throws Error(partial) where a tenant that was finished while this run was at work has let them in.
  void require_reached() const;

 private:
  // Whether it is worth a word: where users are not known, of those alone who were found nowhere else.
  bool concerns(const PlaceOutOfReach& place) const;

  Platform& platform_;
  const std::vector<Tenant>& tenants_;
  AccessEnd end_;
  std::vector<std::string> unseen_;
  std::vector<PlaceOutOfReach> places_;
  bool has_noted_ = false;
};

}  // namespace acctl
