#include "provisioning/access/past_state.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/past_state.sql.hpp"
#include "provisioning/database/ledger.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/state.hpp"
#include "provisioning/plan/diff.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// A field that no kind defines, so that facts about a present object follow it through all renames on the way back.
const std::string row_facts = "~row";

}  // namespace

const Json* find_fact(const Object& object, const std::string& name) {
  const auto facts = object.fields.find(row_facts);
  if (facts == object.fields.end() || !facts->second.contains(name)) return nullptr;
  return &facts->second.at(name);
}

bool is_fact(const Object& object, const std::string& name) {
  const Json* value = find_fact(object, name);
  return value != nullptr && *value == true;
}

std::string text_fact(const Object& object, const std::string& name) {
  const Json* value = find_fact(object, name);
  return value == nullptr ? "" : value->get<std::string>();
}

PastState::PastState(Connection& tenant, const std::string& at, std::int64_t inactive_ms)
    : state_(
          read_state(tenant, {.kinds = {"permissions", "roles", "role_templates"}, .manager = {}, .everybody = true})),
      rows_(tenant.batch({{sql::moment_of_past, {at}},
                          {sql::people_at, {at, inactive_ms}},
                          {sql::grants_at, {at}},
                          {sql::changes_since, {at}},
                          {sql::last_grants_before, {at}}})),
      at_(rows_[0].text(0, 0)),
      now_(rows_[0].text(0, 2)) {
  if (rows_[0].boolean(0, 1)) {
    throw Error(ErrorKind::invalid, "--at: " + at_ + " is not in the past", "Leave out --at to see the present.");
  }
  note_people(rows_[1]);
  note_grants(rows_[2]);
  take_back(rows_[3]);
  leave_out_later();
  restore_expired();
  drop_loose_members();
  const Rows& ledger = rows_[4];
  for (int row = 0; row < ledger.size(); ++row) {
    words_.emplace(std::string(ledger.text(row, 0)) + "/" + std::string(ledger.text(row, 1)), row);
  }
}

std::optional<LedgerWord> PastState::word_on(const std::string& address) const {
  const auto found = words_.find(address);
  if (found == words_.end()) return std::nullopt;
  const Rows& ledger = rows_[4];
  return LedgerWord{.at = std::string(ledger.text(found->second, 4)),
                    .run = std::string(ledger.text(found->second, 5)),
                    .actor = std::string(ledger.text(found->second, 6))};
}

void PastState::note_people(const Rows& rows) {
  const auto users = state_.find("users");
  if (users == state_.end()) return;
  for (int row = 0; row < rows.size(); ++row) {
    const auto user = users->second.find(std::string(rows.text(row, 0)));
    if (user == users->second.end()) continue;
    user->second.fields[row_facts] = {{"later", rows.boolean(row, 1)},
                                      {"signed_up_later", rows.boolean(row, 2)},
                                      {"signed_in", std::string(rows.text(row, 3))},
                                      {"signed_in_later", rows.boolean(row, 4)},
                                      {"inactive", rows.boolean(row, 5)},
                                      {"invited_long_ago", rows.boolean(row, 6)},
                                      {"suspended_later", rows.boolean(row, 7)},
                                      {"never_signed_up", rows.boolean(row, 8)},
                                      {"keys", rows.is_null(row, 9) ? Json::array() : Json::parse(rows.text(row, 9))}};
  }
}

void PastState::note_grants(const Rows& rows) {
  for (int row = 0; row < rows.size(); ++row) {
    auto& objects = state_[std::string(rows.text(row, 0))];
    const std::string key(rows.text(row, 1));
    auto object = objects.find(key);
    if (object == objects.end()) {
      if (rows.is_null(row, 4)) continue;
      object = objects.emplace(key, Object{}).first;  // has expired since
      object->second.fields["until"] = std::string(rows.text(row, 4));
    }
    object->second.fields[row_facts] = {{"later", rows.boolean(row, 2)}, {"made", std::string(rows.text(row, 3))}};
  }
}

// What a run says of somebody's status before it counts, and no longer what the row says of later times.
void PastState::believe_ledger(const Change& change) {
  if (change.kind != "users" || change.action != Action::change || !change.fields.contains("status")) return;
  const auto user = state_["users"].find(change.old_key());
  if (user == state_["users"].end() || !user->second.fields.contains(row_facts)) return;
  Json& facts = user->second.fields[row_facts];
  facts["suspended_later"] = facts["signed_up_later"] = false;
}

void PastState::take_back(const Rows& rows) {
  std::vector<Change> changes;
  for (int row = 0; row < rows.size(); ++row) {
    changes.push_back({.action = parse_action(rows.text(row, 1)),
                       .kind = std::string(rows.text(row, 2)),
                       .key = std::string(rows.text(row, 3)),
                       .fields = fields_from_json(Json::parse(rows.text(row, 4))),
                       .place = {}});
    const bool last_of_run = row + 1 == rows.size() || rows.text(row + 1, 0) != rows.text(row, 0);
    if (!last_of_run) continue;
    state_ = changed(std::move(state_), inverse(changes));
    for (const Change& change : changes) believe_ledger(change);
    changes.clear();
  }
}

// What the application has made since. Users that runs have changed and the application has removed since are left out,
// too: only the changed fields of theirs are known, while a whole user has a provider.
void PastState::leave_out_later() {
  for (auto& [kind, objects] : state_) {
    left_out_ += std::ssize(objects);
    objects.erase_if([](const auto& o) { return is_fact(o.second, "later"); });
    left_out_ -= std::ssize(objects);
  }
  const auto users = state_.find("users");
  if (users == state_.end()) return;
  users->second.erase_if([](const auto& user) { return !user.second.fields.contains("idp"); });
  for (auto& [email, user] : users->second) {
    const bool was_invited = is_fact(user, "signed_up_later") || is_fact(user, "never_signed_up");
    if (user.status == "suspended" && is_fact(user, "suspended_later"))
      user.status = was_invited ? "invited" : "active";
    if (user.status == "active" && is_fact(user, "signed_up_later")) user.status = "invited";
  }
}

// Their rows may be gone: whoever was given the role again got a new one.
void PastState::restore_expired() {
  const Rows& ledger = rows_[4];
  for (int row = 0; row < ledger.size(); ++row) {
    const std::string_view until = ledger.text(row, 3);
    if (ledger.text(row, 0) != "user_roles" || ledger.text(row, 2) == "remove") continue;
    if (until.empty() || until <= at_ || until > now_) continue;
    const auto [member, fresh] = state_["user_roles"].try_emplace(std::string(ledger.text(row, 1)));
    if (fresh) member->second.fields["until"] = std::string(until);
  }
}

// Members that had expired, or whose owner or target was not there.
void PastState::drop_loose_members() {
  for (const EdgeKind& edge : edge_kinds()) {
    const auto found = state_.find(std::string(edge.list->kind));
    if (found == state_.end()) continue;
    found->second.erase_if([&](const auto& entry) {
      const auto [owner, target] = split_edge(edge, entry.first);
      const std::string until = find_field_text(entry.second, "until");
      return (!until.empty() && until <= at_) || find_object(state_, edge.owner->name, owner) == nullptr ||
             find_object(state_, edge.list->target, target) == nullptr;
    });
  }
}

}  // namespace acctl
