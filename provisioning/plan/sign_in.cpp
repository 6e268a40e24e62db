#include "provisioning/plan/sign_in.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/base/text.hpp"
#include "provisioning/plan/assessment.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/sign_in.sql.hpp"

namespace acctl {

namespace {

constexpr std::string_view no_provider = "local";
constexpr std::string_view enforcement = "sso.enforced";

bool writes_user(const Change& change) { return change.kind == "users" && change.action != Action::remove; }

bool writes_enforcement(const Change& change) { return change.kind == "settings" && change.key == enforcement; }

bool is_concerned(const Change& change) {
  return writes_user(change) || writes_enforcement(change) || change.kind == "idp";
}

// A user as a change leaves it.
struct WrittenUser {
  std::string idp{no_provider};
  bool suspended = false;
};

WrittenUser user_after(const State& before, const Change& change) {
  WrittenUser user;
  const Object* known = change.action == Action::add ? nullptr : find_object(before, "users", change.old_key());
  const auto value = [&](const std::string& field) -> nlohmann::json {
    if (const auto written = change.fields.find(field); written != change.fields.end()) return written->second.after;
    if (known == nullptr) return nullptr;
    if (field == "status") return known->status;
    const auto kept = known->fields.find(field);
    return kept == known->fields.end() ? nlohmann::json() : kept->second;
  };
  if (const nlohmann::json idp = value("idp"); idp.is_string()) user.idp = idp.get<std::string>();
  user.suspended = value("status") == "suspended";
  return user;
}

// Whether the change decides how somebody signs in, or lets somebody in again.
bool lets_in(const Change& change) {
  const auto status = change.fields.find("status");
  return change.action == Action::add || change.fields.contains("idp") || change.fields.contains("key") ||
         (status != change.fields.end() && status->second.before == "suspended");
}

// The application may have stored others, too.
std::vector<std::string> texts_in(const nlohmann::json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const nlohmann::json& one : list) {
    if (one.is_string()) texts.push_back(one);
  }
  return texts;
}

void apply_fields(const Change& change, SignInRules::Provider& provider) {
  if (const auto* domains = change.fields.get("domains")) provider.domains = texts_in(domains->after);
  if (const auto* enabled = change.fields.get("enabled")) provider.enabled = enabled->after != false;
}

// `rules` as a plan leaves them. All providers that it touches are taken out first: one can get the key of another.
void apply_changes(const std::vector<Change>& changes, SignInRules& rules) {
  std::map<std::string, SignInRules::Provider> written;
  for (const Change& change : changes) {
    if (writes_enforcement(change)) {
      const auto value = change.fields.find("value");
      const bool is_there = change.action != Action::remove;
      if (!is_there || value != change.fields.end()) rules.enforced = is_there && value->second.after == true;
    }
    if (change.kind != "idp") continue;
    SignInRules::Provider provider;
    if (change.action != Action::add) {
      if (const auto old = rules.providers.extract(change.old_key()); !old.empty()) provider = old.mapped();
    }
    if (change.action == Action::remove) continue;
    apply_fields(change, provider);
    written[change.key] = std::move(provider);
  }
  rules.providers.merge(written);
}

// Looks for people whom a plan leaves without a provider though single sign-on is enforced, as acctl.check_sso() does:
// among those whose rows it writes, and among all if it is what enforces it.
class Strays {
 public:
  explicit Strays(const Assessment& plan) : plan_(plan) {}

  void look_at(const Change& change) {
    known_.insert(change.old_key());
    known_.insert(change.key);
    if (change.action == Action::remove) return;
    const WrittenUser user = user_after(plan_.before, change);
    if (user.idp != no_provider || user.suspended) return;
    const bool is_read = plan_.knows_people && find_object(plan_.people_after, "users", change.key) != nullptr;
    if (is_read && is_permanent_admin(plan_.people_after, change.key)) return;
    if (is_read || change.action == Action::add) {
      found_.insert(change.key);  // whoever is added with a role was read
    } else {
      unread_.emplace(change.old_key(), change.key);
    }
  }

  // Those whose roles change, as the plan leaves them, and all others as they are.
  void look_at_everybody() {
    for (const auto& [email, user] : all_of_kind(plan_.people_after, "users")) {
      if (!known_.insert(email).second || user.status == "suspended") continue;
      const bool is_local = !user.fields.contains("idp") || has_value(user, "idp", no_provider);
      if (is_local && !is_permanent_admin(plan_.people_after, email)) found_.insert(email);
    }
    const Rows rows = plan_.tenant.query(sql::users_without_provider, {text_array(known_)});
    more_ = rows.integer(0, 0);
    if (more_ > 0) first_ = rows.text(0, 1);
  }

  std::optional<Error> refusal() {
    ask_about_unread();
    const std::int64_t number = more_ + static_cast<std::int64_t>(found_.size());
    if (number == 0) return std::nullopt;
    const std::string first = found_.empty() || (more_ > 0 && first_ < *found_.begin()) ? first_ : *found_.begin();
    return Error(ErrorKind::refused,
                 (number == 1 ? "user \"" + first + "\" would sign in without an identity provider"
                              : std::to_string(number) +
                                    " users would sign in without an identity provider, such as \"" + first + "\"") +
                     "; sso.enforced allows that to admins alone",
                 "Give them a provider, such as --idp entra.");
  }

 private:
  void ask_about_unread() {
    if (unread_.empty()) return;
    std::vector<std::string> emails;
    for (const auto& [old, email] : unread_) emails.push_back(old);
    for (const Row row : plan_.tenant.query(sql::permanent_admins_among, {text_array(emails)}))
      unread_.erase(row.text(0));
    for (const auto& [old, email] : unread_) found_.insert(email);
    unread_.clear();
  }

  const Assessment& plan_;
  std::set<std::string> known_;  // by the address before and after
  std::set<std::string> found_;
  std::map<std::string, std::string> unread_;  // address before -> after, of whom no role changes
  std::int64_t more_ = 0;
  std::string first_;
};

std::optional<Error> enforcement_refusal(const Assessment& plan, const SignInRules& rules, bool fresh) {
  const bool touches_providers =
      std::ranges::any_of(plan.changes(), [](const Change& change) { return change.kind == "idp"; });
  if ((fresh || touches_providers) &&
      std::ranges::none_of(rules.providers, [](const auto& entry) { return entry.second.enabled; })) {
    return Error(ErrorKind::refused, "sso.enforced needs an identity provider, and none is configured and enabled",
                 "Declare one under idp:, or set sso.enforced to false; the same files can do it.");
  }
  Strays strays(plan);
  for (const std::vector<Change>* part : {&plan.changes(), &plan.planned.plan.adoptions.all()}) {
    for (const Change& change : *part) {
      if (change.kind == "users") strays.look_at(change);
    }
  }
  if (fresh) strays.look_at_everybody();
  return strays.refusal();
}

using AdminWays = std::map<std::string, std::string>;  // address -> provider, of active admins whose role has no end

AdminWays read_admin_ways(Connection& tenant) {
  const Rows rows = tenant.query(sql::ways_of_admins);
  AdminWays ways;
  for (int row = 0; row < rows.size(); ++row) ways.emplace(rows.text(row, 0), rows.text(row, 1));
  return ways;
}

AdminWays find_admin_ways(const State& people) {
  AdminWays ways;
  for (const auto& [email, user] : all_of_kind(people, "users")) {
    if (user.status != "active" || !is_permanent_admin(people, email)) continue;
    const std::string idp = find_field_text(user, "idp");
    ways.emplace(email, idp.empty() ? std::string(no_provider) : idp);
  }
  return ways;
}

// Whether the plan could shut out an admin. Of people whose access stays only addresses and providers can change.
bool may_shut_out(const Assessment& plan) {
  const bool by_change = std::ranges::any_of(plan.changes(), [](const Change& change) {
    return change.kind == "idp" || (change.kind == "users" && change.action == Action::change &&
                                    (change.fields.contains("key") || change.fields.contains("idp")));
  });
  if (by_change || !plan.knows_people) return by_change;
  const AdminWays left = find_admin_ways(plan.people_after);
  return std::ranges::any_of(find_admin_ways(plan.people_before),
                             [&](const auto& admin) { return !left.contains(admin.first); });
}

// `ways` as the plan leaves them.
AdminWays change_admin_ways(const Assessment& plan, AdminWays ways) {
  for (const auto& [email, user] : all_of_kind(plan.people_before, "users")) ways.erase(email);
  for (const Change& change : plan.changes()) {
    if (change.kind != "users" || change.action != Action::change) continue;
    auto admin = ways.extract(change.old_key());
    if (admin.empty()) continue;
    admin.key() = change.key;
    admin.mapped() = user_after(plan.before, change).idp;
    ways.insert(std::move(admin));
  }
  ways.merge(find_admin_ways(plan.people_after));
  return ways;
}

// Whoever has been in without a configured provider is let in, unless the plan is what removes it (`former` has it).
bool admits(const SignInRules& rules, const SignInRules& former, const std::string& email, const std::string& idp) {
  if (idp == no_provider) return true;
  const auto provider = rules.providers.find(idp);
  if (provider == rules.providers.end()) return !former.providers.contains(idp);
  return provider->second.enabled && provider_problem(rules, email, idp).empty();
}

}  // namespace

SignInRules read_sign_in_rules(Connection& tenant) {
  const Rows rows = tenant.query(sql::sign_in_rules);
  SignInRules rules{.providers = {}, .enforced = rows.boolean(0, 1), .lacks_feature = rows.boolean(0, 0)};
  if (rows.is_null(0, 2)) return rules;
  const nlohmann::json providers = nlohmann::json::parse(rows.text(0, 2));
  for (const auto& [key, provider] : providers.items()) {
    rules.providers[key] = {.domains = texts_in(provider.at("domains")), .enabled = provider.at("enabled").get<bool>()};
  }
  return rules;
}

std::string provider_problem(const SignInRules& rules, const std::string& email, const std::string& idp) {
  if (rules.providers.empty() || idp == no_provider) return "";
  const std::string who = "user \"" + email + "\" would sign in through " + idp + ", ";
  const auto provider = rules.providers.find(idp);
  if (provider == rules.providers.end()) return who + "which the tenant has not configured";
  const std::vector<std::string>& domains = provider->second.domains;
  const std::string domain = lower_case(email.substr(email.rfind('@') + 1));
  if (domains.empty() || std::ranges::find(domains, domain, lower_case) != domains.end()) return "";
  return who + "whose domains do not include " + domain;
}

std::optional<Error> provider_refusal(const std::vector<std::string>& problems) {
  if (problems.empty()) return std::nullopt;
  return Error(ErrorKind::refused, "refused: " + enumerated(problems, 10, "; "),
               "Give a provider that the tenant has for the address ('acctl export --only idp --with-identity' shows "
               "them), or change those under idp: first; the same files can do it.");
}

std::optional<Error> sign_in_refusal(const Assessment& plan) {
  const std::vector<Change>& adoptions = plan.planned.plan.adoptions;
  if (std::ranges::none_of(plan.changes(), is_concerned) && std::ranges::none_of(adoptions, is_concerned)) {
    return std::nullopt;
  }
  SignInRules rules = read_sign_in_rules(plan.tenant);
  apply_changes(plan.changes(), rules);
  const bool fresh = rules.enforced && (std::ranges::any_of(plan.changes(), writes_enforcement) ||
                                        std::ranges::any_of(adoptions, writes_enforcement));
  const bool configures = std::ranges::any_of(
      plan.changes(), [](const Change& change) { return change.kind == "idp" && change.action == Action::add; });
  if (rules.lacks_feature && (configures || fresh)) {
    return Error(ErrorKind::refused, "the plan does not include single sign-on",
                 "Change the plan, or give the tenant the feature sso.");
  }
  std::vector<std::string> problems;
  for (const Change& change : plan.changes()) {
    if (rules.providers.empty() || !writes_user(change) || !lets_in(change)) continue;
    const WrittenUser user = user_after(plan.before, change);
    if (user.suspended) continue;
    if (std::string problem = provider_problem(rules, change.key, user.idp); !problem.empty()) {
      problems.push_back(std::move(problem));
    }
  }
  if (auto refusal = provider_refusal(problems)) return refusal;
  return rules.enforced ? enforcement_refusal(plan, rules, fresh) : std::nullopt;
}

std::optional<Error> shut_out_refusal(const Assessment& plan) {
  const std::int64_t least = plan.edit.guards.min_admins;
  if (least == no_admin_required || !may_shut_out(plan)) return std::nullopt;
  const AdminWays before = read_admin_ways(plan.tenant);
  const AdminWays after = change_admin_ways(plan, before);
  const auto is_local = [](const auto& admin) { return admin.second == no_provider; };
  if (std::ranges::count_if(after, is_local) >= least) return std::nullopt;
  const SignInRules former = read_sign_in_rules(plan.tenant);
  SignInRules rules = former;
  apply_changes(plan.changes(), rules);
  std::string shut_out;
  std::int64_t usable = 0;
  for (const auto& [email, idp] : after) {
    if (admits(rules, former, email, idp)) {
      ++usable;
    } else if (shut_out.empty()) {
      shut_out = "; " + email + " signs in through " + idp + ", which would not let them in";
    }
  }
  const std::int64_t were = std::ranges::count_if(
      before, [&](const auto& admin) { return admits(former, former, admin.first, admin.second); });
  if (usable >= were || usable >= least) return std::nullopt;
  return Error(ErrorKind::refused,
               "refused: at least " + std::to_string(least) + " active admin" + (least == 1 ? "" : "s") +
                   " who can sign in " + (least == 1 ? "is" : "are") + " required; this would leave " +
                   std::to_string(usable) + shut_out,
               "Let an admin sign in another way first, such as with --idp local, or make somebody else an admin.");
}

}  // namespace acctl
