#include "provisioning/plan/undo.hpp"

#include <algorithm>
#include <optional>

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

bool is_over(const Json& until, const std::string& now) {
  return until.is_string() && until.get_ref<const std::string&>() <= now;
}

// The expiry time in `change`; nothing if members of its kind do not expire, or it does not change.
std::optional<FieldChange> find_end(const Change& change) {
  const EdgeKind* edge = find_edge_kind(change.kind);
  if (edge == nullptr || edge->list->until_column.empty()) return std::nullopt;
  const FieldChange* until = change.fields.get("until");
  return until == nullptr ? std::nullopt : std::optional(*until);
}

// Whether the member is there before and after `change`, as seen at `now`.
struct Presence {
  bool before = false;
  bool after = false;
};

Presence compute_presence(const Change& change, const FieldChange& end, const std::string& now) {
  return {.before = change.action != Action::add && !is_over(end.before, now),
          .after = change.action != Action::remove && !is_over(end.after, now)};
}

// A change of the expiry time is an addition or a removal if one of the two times has passed.
Change restate_change(const Change& change, const Presence& presence) {
  if (presence.before && presence.after) return change;
  Change now = change;
  now.action = presence.after ? Action::add : Action::remove;
  FieldChange& end = now.fields["until"];
  (presence.after ? end.before : end.after) = nullptr;
  if (end.before.is_null() && end.after.is_null()) now.fields.erase("until");
  return now;
}

}  // namespace

SharedList<Change> without_ended(const SharedList<Change>& changes, const std::string& now) {
  if (std::ranges::none_of(changes, [](const Change& change) { return find_end(change).has_value(); })) return changes;
  std::vector<Change> all;
  for (const Change& change : changes) {
    const std::optional<FieldChange> end = find_end(change);
    if (!end) {
      all.push_back(change);
      continue;
    }
    const Presence presence = compute_presence(change, *end, now);
    if (presence.before || presence.after) all.push_back(restate_change(change, presence));
  }
  return all;
}

bool has_ended(const Change& change, const std::string& now) {
  const std::optional<FieldChange> end = find_end(change);
  if (!end) return false;
  const Presence presence = compute_presence(change, *end, now);
  return !presence.before && !presence.after;
}

std::vector<std::string> ended_in(const std::vector<Change>& changes, const std::string& now) {
  std::vector<std::string> all;
  for (const Change& change : changes) {
    if (!has_ended(change, now)) continue;
    const std::optional<FieldChange> end = find_end(change);
    const Json& time = end->after.is_string() ? end->after : end->before;
    all.push_back(to_address(change) + " ended at " + time.get<std::string>());
  }
  return all;
}

bool decide_the_same(const Change& one, const Change& other) {
  if (one.kind != other.kind || one.key != other.key) return false;
  if (one.action != Action::change || other.action != Action::change) return true;
  return std::ranges::any_of(one.fields, [&](const auto& field) { return other.fields.contains(field.first); });
}

}  // namespace acctl
