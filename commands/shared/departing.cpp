#include "commands/shared/departing.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/remarks.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

std::string listed_names(const std::set<std::string>& names) { return enumerated({names.begin(), names.end()}, 5); }

std::string sentence_about(const PlaceOutOfReach& place) {
  const std::string tenant = "tenant " + place.tenant + " is ";
  if (!place.held) {
    return tenant + "not finished, and " + place.email +
           " is its first administrator; to finish it, name another one: acctl tenant create " + place.tenant +
           " --name NAME --admin-email EMAIL";
  }
  if (place.known) {
    return tenant + "held for deletion, and " + place.email + " is a user there; access ends there when it is resumed";
  }
  return tenant + "held for deletion and cannot be searched; if " + place.email +
         " is a user there, access ends there when it is resumed";
}

}  // namespace

void Departing::look(AccessEnd end, std::vector<std::string> unseen) {
  end_ = std::move(end);
  unseen_ = std::move(unseen);
  places_ = places_out_of_reach(platform_, tenants_, end_);
}

bool Departing::may_have(const std::string& email) const {
  return std::ranges::find(places_, email, &PlaceOutOfReach::email) != places_.end();
}

bool Departing::speaks_of(const std::string& slug) const {
  return std::ranges::any_of(places_,
                             [&](const PlaceOutOfReach& place) { return place.tenant == slug && concerns(place); });
}

bool Departing::concerns(const PlaceOutOfReach& place) const {
  return place.known || std::ranges::find(unseen_, place.email) != unseen_.end();
}

std::string Departing::elsewhere() const {
  std::set<std::string> held;
  std::set<std::string> users;
  std::set<std::string> unfinished;
  std::set<std::string> administrators;
  for (const PlaceOutOfReach& place : places_) {
    if (place.noted || !concerns(place)) continue;
    (place.held ? held : unfinished).insert(place.tenant);
    (place.held ? users : administrators).insert(place.email);
  }
  std::string text;
  if (!held.empty()) {
    text = "end the access of " + listed_names(users) + " in " + listed_names(held) + " when " +
           (held.size() == 1 ? "it is" : "they are") + " resumed";
  }
  if (unfinished.empty()) return text;
  return text + (text.empty() ? "" : ", and ") + "keep " + listed_names(administrators) + " out of " +
         listed_names(unfinished) + (unfinished.size() == 1 ? ", which is" : ", which are") + " not finished";
}

void Departing::report(Terminal& terminal) const {
  Remarks remarks(terminal, Remarks::Tone::warning);
  for (const PlaceOutOfReach& place : places_) {
    if (concerns(place)) remarks.say(sentence_about(place));
  }
}

nlohmann::ordered_json Departing::records() const {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const PlaceOutOfReach& place : places_) {
    if (!concerns(place)) continue;
    all.push_back({{"tenant", place.tenant},
                   {"email", place.email},
                   {"why", place.held ? "held for deletion" : "not finished"},
                   {"known", place.known}});
  }
  return all;
}

std::vector<std::string> Departing::note() {
  std::vector<std::string> slugs = defer_access_end(platform_, tenants_, end_);
  has_noted_ = !slugs.empty();
  std::erase_if(slugs, [&](const std::string& slug) {
    const auto tenant = std::ranges::find(tenants_, slug, &Tenant::slug);
    return speaks_of(slug) || tenant == tenants_.end() || tenant->status != "deprovisioning";
  });
  return slugs;
}

void Departing::require_reached() const {
  std::set<std::string> there;
  for (const Tenant& tenant : finished_since(platform_, tenants_)) {
    const TenantSession database = enter(platform_, tenant);
    for (const std::string& email : end_.emails) {
      for (const Remains& user : remains_of_users(database, users_of_people(database, {email}, end_.people))) {
        if (user.status != "suspended") there.insert("tenant " + tenant.slug + " has " + user.email);
      }
    }
  }
  if (there.empty()) return;
  throw Error(ErrorKind::partial, "finished during this run: " + listed_names(there),
              "Run the command again; it reaches finished tenants.");
}

}  // namespace acctl
