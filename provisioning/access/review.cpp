#include "provisioning/access/review.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "provisioning/access/review.sql.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/base/split.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/platform/audit.sql.hpp"

namespace acctl {

namespace {

// From 1, the widest; 0 for what is not held, and for what has no levels where that is said.
using Width = std::int8_t;

struct Permission {
  std::string key;
  bool leveled = false;
  Width widest = 1;
};

struct Bundle {
  std::string key;
  std::vector<std::pair<std::size_t, Width>> gives;  // index of a permission
};

using Positions = std::unordered_map<std::string_view, std::size_t>;

// "a,b" -> visit("a"), visit("b")
template <class Visit>
void each_part(std::string_view text, char separator, const Visit& visit) {
  while (!text.empty()) visit(take_part(text, separator));
}

// "17@2026-…@…", an assignment with its id, its time and one thing more.
std::array<std::string_view, 3> split_assignment(std::string_view assignment) {
  const std::size_t first = assignment.find('@');
  const std::size_t second = assignment.find('@', first + 1);
  return {assignment.substr(0, first), assignment.substr(first + 1, second - first - 1), assignment.substr(second + 1)};
}

// A transaction that has shown its door has asked something, and can choose no isolation any more.
Connection& entered(Connection& tenant) {
  tenant.batch({});
  return tenant;
}

class Review {
 public:
  Review(Connection& tenant, const ReviewLimits& limits) : limits_(limits), transaction_(entered(tenant)) {
    transaction_.query(sql::begin_review);
    const std::vector<Rows> read = tenant.batch(
        {{sql::review_permissions, {}}, {sql::review_bundles, {}}, {sql::review_runs, {}}, {sql::review_has_keys, {}}});
    permissions_ = read[0];
    bundles_ = read[1];
    runs_ = read[2];
    read_permissions();
    read_bundles();
    // What such keys may do takes the server longer to plan than all the rest, and most tenants have none.
    if (read[3].boolean(0, 0)) {
      summary_.keys = read_records<ReviewedKey>(transaction_.query(sql::review_keys));
    }
    for (int row = 0; row < runs_->size(); ++row) run_rows_.emplace(runs_->text(row, 0), row);
  }

  void visit(const std::function<void(const ReviewSummary&)>& start,
             const std::function<void(const ReviewedPerson&)>& person) {
    transaction_.query(sql::review_people, {std::int64_t{limits_.inactive_for.count()},
                                            std::int64_t{limits_.expiring_within.count()}, limits_.max_admins});
    Rows rows = transaction_.query(sql::more_of_review);
    start(read_summary(rows));
    for (; !rows.empty(); rows = transaction_.query(sql::more_of_review)) {
      for (const Row row : rows) person(person_in(row));
    }
    transaction_.commit();
  }

 private:
  void read_permissions() {
    for (int row = 0; row < permissions_->size(); ++row) {
      permission_ids_.emplace(permissions_->text(row, 0), catalogue_.size());
      const bool leveled = permissions_->boolean(row, 2);
      catalogue_.push_back({.key = std::string(permissions_->text(row, 1)),
                            .leveled = leveled,
                            .widest = leveled ? static_cast<Width>(permissions_->integer(row, 3)) : Width{1}});
      if (catalogue_.back().key == "*") everything_ = catalogue_.size() - 1;
    }
  }

  void read_bundles() {
    for (int row = 0; row < bundles_->size(); ++row) {
      const bool role = bundles_->text(row, 0) == "role";
      Bundle bundle{.key = std::string(bundles_->text(row, 2)), .gives = {}};
      if (!bundles_->is_null(row, 6)) {
        for (const auto& edge : nlohmann::json::parse(bundles_->text(row, 6))) {
          const std::size_t permission = permission_ids_.at(std::to_string(edge[0].get<std::int64_t>()));
          bundle.gives.emplace_back(permission, edge[1].is_null() ? Width{1} : edge[1].get<Width>());
        }
      }
      std::ranges::sort(bundle.gives);
      ReviewedBundle told{.key = bundle.key, .name = std::string(bundles_->text(row, 3)), .gives = {}};
      for (const auto& [permission, width] : bundle.gives) told.gives.push_back(shown(permission, width));
      if (role && !bundles_->boolean(row, 4) && !bundles_->boolean(row, 5)) {
        summary_.unused_roles.push_back(bundle.key);
      }
      (role ? summary_.roles : summary_.role_templates).push_back(std::move(told));
      auto& ids = role ? role_ids_ : template_ids_;
      ids.emplace(bundles_->text(row, 1), all_bundles_.size());
      all_bundles_.push_back(std::move(bundle));
    }
  }

  std::string shown(std::size_t permission, Width width) const {
    const Permission& entry = catalogue_[permission];
    if (!entry.leveled) return entry.key;
    return entry.key + ":" + std::string(permission_levels()[static_cast<std::size_t>(width) - 1]);
  }

  const ReviewSummary& read_summary(const Rows& rows) {
    if (rows.empty()) return summary_;
    summary_.at = to_rfc3339(rows.text(0, 15));
    summary_.active = rows.integer(0, 16);
    summary_.invited = rows.integer(0, 17);
    summary_.suspended = rows.integer(0, 18);
    summary_.admins = rows.integer(0, 19);
    summary_.inactive = rows.integer(0, 20);
    summary_.never = rows.integer(0, 21);
    summary_.expiring = rows.integer(0, 22);
    summary_.admins_until = to_rfc3339(rows.text(0, 24));
    return summary_;
  }

  GrantedBy granted(std::string_view time) const {
    GrantedBy by{.since = to_rfc3339(time), .run = {}, .actor = {}};
    if (const auto found = run_rows_.find(time); found != run_rows_.end()) {
      by.run = runs_->text(found->second, 1);
      by.actor = runs_->text(found->second, 2);
    }
    return by;
  }

  // Takes what one way gives; a narrower level than what is there changes nothing.
  void hold(std::size_t permission, Width width) {
    Width& held = held_[permission];
    if (held == 0 || width < held) held = width;
  }

  void hold(const Bundle& bundle) {
    for (const auto& [permission, width] : bundle.gives) hold(permission, width);
  }

  void add_roles(std::string_view assignments, ReviewedPerson& person) {
    each_part(assignments, ',', [&](std::string_view assignment) {
      const auto [id, since, until] = split_assignment(assignment);
      const Bundle& role = all_bundles_[role_ids_.at(id)];
      hold(role);
      person.roles.push_back({.role = role.key, .until = to_rfc3339(until), .by = granted(since)});
    });
    std::ranges::sort(person.roles, {}, &ReviewedRole::role);
  }

  void add_direct(std::string_view assignments, ReviewedPerson& person) {
    each_part(assignments, ',', [&](std::string_view assignment) {
      const auto [id, since, level] = split_assignment(assignment);
      const std::size_t permission = permission_ids_.at(id);
      const Permission& entry = catalogue_[permission];
      const auto& levels = permission_levels();
      const Width width =
          level.empty() ? entry.widest : static_cast<Width>(std::ranges::find(levels, level) - levels.begin() + 1);
      hold(permission, width);
      person.direct.push_back({.permission = entry.key,
                               .level = entry.leveled ? std::string(levels[static_cast<std::size_t>(width) - 1]) : "",
                               .by = granted(since)});
    });
    std::ranges::sort(person.direct, {}, &ReviewedPermission::permission);
  }

  // By the rules of the view app.effective_permissions.
  std::vector<std::string> effective(const ReviewedPerson& person) {
    std::vector<std::string> all;
    if (person.status == "suspended") return all;
    const bool admin = everything_ && held_[*everything_] > 0;
    for (std::size_t i = 0; i < catalogue_.size(); ++i) {
      if (!person.crm_access && catalogue_[i].key.starts_with("crm.")) continue;
      if (admin || held_[i] > 0) all.push_back(shown(i, admin ? catalogue_[i].widest : held_[i]));
    }
    return all;
  }

  const ReviewedPerson& person_in(const Row& row) {
    held_.assign(catalogue_.size(), 0);
    person_ = {.email = row.text(0),
               .name = row.text(1),
               .status = row.text(2),
               .admin = row.boolean(6),
               .crm_access = row.boolean(3),
               .last_sign_in = to_rfc3339(row.view(5))};
    add_roles(row.view(12), person_);
    add_direct(row.view(13), person_);
    if (!row.is_null(4)) {
      const Bundle& held = all_bundles_[template_ids_.at(row.view(4))];
      hold(held);
      person_.role_template = held.key;
      if (!row.is_null(14)) person_.template_by = granted(row.view(14));
    }
    person_.effective = effective(person_);
    constexpr std::array words = {"inactive", "never signed in", "admin without need", "too many admins",
                                  "expiring grant"};
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (row.boolean(7 + static_cast<int>(i))) person_.flags.emplace_back(words[i]);
    }
    if (row.boolean(23)) person_.flags.emplace_back("no permanent admin");
    if (!row.is_null(25)) person_.flags.emplace_back(row.view(25));
    person_.api_keys = row.list(26);
    return person_;
  }

  const ReviewLimits& limits_;
  Transaction transaction_;
  std::optional<Rows> permissions_, bundles_, runs_;  // what the maps below look into
  std::vector<Permission> catalogue_;
  std::optional<std::size_t> everything_;
  std::vector<Bundle> all_bundles_;
  Positions permission_ids_, role_ids_, template_ids_;
  std::unordered_map<std::string_view, int> run_rows_;  // by time
  ReviewSummary summary_;
  std::vector<Width> held_;  // by permission, of the person at hand
  ReviewedPerson person_;
};

}  // namespace

bool gives_everything(const ReviewedKey& key) { return std::ranges::find(key.effective, "*") != key.effective.end(); }

void review_access(Connection& tenant, const ReviewLimits& limits,
                   const std::function<void(const ReviewSummary& summary)>& start,
                   const std::function<void(const ReviewedPerson& person)>& person) {
  Review(tenant, limits).visit(start, person);
}

}  // namespace acctl
