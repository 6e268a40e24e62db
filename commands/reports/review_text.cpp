#include "commands/reports/review_writer.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

std::string missing_told(const std::vector<std::string>& missing) {
  return missing.empty() ? "" : "Not reviewed, or not completely: " + join(missing) + ".";
}

std::string to_day(const std::string& moment) { return moment.substr(0, 10); }

std::string people_told(const ReviewSummary& summary) {
  return std::to_string(summary.active) + " active, " + std::to_string(summary.invited) + " invited, " +
         std::to_string(summary.suspended) + " suspended";
}

std::string permanence_told(const ReviewSummary& summary) {
  if (summary.admins == 0) return "; there is no admin";
  return summary.admins_until.empty()
             ? ""
             : "; no admin is permanent, the last admin role expires at " + summary.admins_until;
}

std::string grant_told(const GrantedBy& by) {
  if (by.since.empty()) return "";
  return "since " + to_day(by.since) + (by.run.empty() ? "" : " by run " + by.run + " (" + by.actor + ")");
}

std::string role_told(const ReviewedRole& role) {
  return role.role + (role.until.empty() ? "" : " until " + to_day(role.until)) + " " + grant_told(role.by);
}

std::string permission_told(const ReviewedPermission& permission) {
  return with_level(permission.permission, permission.level);
}

std::string owner_told(const std::string& enterprise, const ReviewedKey& key) {
  return key.owner + (key.owner == "enterprise" ? ":" + enterprise : "");
}

std::string making_told(const ReviewedKey& key) {
  return "since " + to_day(key.created_at) + " by " + (key.created_by.empty() ? "staff" : key.created_by);
}

std::string sign_in_told(const ReviewedPerson& person) {
  if (!person.last_sign_in.empty()) return to_day(person.last_sign_in);
  return person.signed_in_later ? "not known" : "never";
}

std::string past_told(const ReviewSummary& summary) {
  if (!summary.past.is_past) return "";
  const std::int64_t rows = summary.past.left_out;
  return "By the ledger of acctl; what the application changed or removed since then is not known" +
         (rows == 0 ? ""
                    : ", and " + counted(static_cast<std::size_t>(rows), "row") + " that it made since " +
                          (rows == 1 ? "is" : "are") + " left out") +
         ".";
}

std::string selection_told(const ReviewStyle& style) {
  if (style.permission.empty()) return style.flagged_only ? "Only people with flags are listed." : "";
  return "Only people who have " + style.permission + (style.flagged_only ? " and flags" : "") + " are listed.";
}

std::vector<std::pair<std::string, std::string>> flag_meanings(const ReviewStyle& style) {
  return {
      {"inactive", "active, but has not signed in for " + style.inactive_for},
      {"never signed in", "active, or invited for " + style.inactive_for + " or longer, and has never signed in"},
      {"admin without need", "has full access, but is inactive or has never signed in"},
      {"too many admins", "has full access, as do more than " + std::to_string(style.limits.max_admins) + " people"},
      {"expiring grant", "has a role that expires within " + style.expiring_within},
      {"no permanent admin", "has full access for a limited time, and there is no admin whose role does not expire"},
      {"invitation expired", "is invited, but the invitation has expired; 'acctl user resend' renews it"},
      {"no invitation", "is invited, but has no invitation; 'acctl user resend' creates one"}};
}

}  // namespace acctl
