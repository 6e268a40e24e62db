// A review writer renders an access review as a page or as records, one person at a time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/session.hpp"
#include "commands/reports/html.hpp"
#include "provisioning/access/review.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct ReviewStyle {
  ReviewLimits limits;
  std::string inactive_for = "90d";  // as asked for
  std::string expiring_within = "14d";
  bool flagged_only = false;
  std::string permission;  // that all people listed have; "" for no such choice
};

class ReviewWriter {
 public:
  virtual ~ReviewWriter() = default;
  virtual void start(const Tenant& tenant, const ReviewSummary& summary) = 0;
  virtual void person(const Tenant& tenant, const ReviewedPerson& person) = 0;
  virtual void end(const Tenant& tenant) = 0;
  // Tenants that were to be reviewed and are not, or not to their end: "bert (could not be read)". Before finish().
  virtual void lack(const std::vector<std::string>&) {}
  virtual void finish() = 0;
  virtual void tell() {}  // shows further messages after the review was written
};

std::unique_ptr<ReviewWriter> html_review(const ReviewStyle& style, const ReportOrigin& origin);
std::unique_ptr<ReviewWriter> markdown_review(const ReviewStyle& style);

// Texts that all pages share, plain and not escaped.
// "3 active, 1 invited, 0 suspended"
std::string people_told(const ReviewSummary& summary);
// "; no admin is permanent, the last admin role expires at 2026-11-22T08:00:00Z"; "" where one is
std::string permanence_told(const ReviewSummary& summary);
// "granted 2026-11-22 by run 3f9c0a71d2e4 (eve)"
std::string grant_told(const GrantedBy& by);
// "support-agent until 2027-01-01, granted …"
std::string role_told(const ReviewedRole& role);
// "tickets.view:group"
std::string permission_told(const ReviewedPermission& permission);
// What each flag means, with the limits that it was set by.
std::vector<std::pair<std::string, std::string>> flag_meanings(const ReviewStyle& style);
// "organization", or "enterprise:umbrella": as 'api-key' names the owner of a key.
std::string owner_told(const std::string& enterprise, const ReviewedKey& key);
// "since 2026-11-22 by ana@acme.example", whose rights bound the key; "… by staff" for one that nobody's do.
std::string making_told(const ReviewedKey& key);
// "never", "2026-11-22", or that it is not known of the past.
std::string sign_in_told(const ReviewedPerson& person);
// What a review of the past does not know, as a sentence; "" for one of the present.
std::string past_told(const ReviewSummary& summary);
// "Only people with flags are listed."; "" if everybody is.
std::string selection_told(const ReviewStyle& style);
// "Not reviewed, or not completely: bert (could not be read)."; "" if nothing is missing.
std::string missing_told(const std::vector<std::string>& missing);
// The day of a moment.
std::string to_day(const std::string& moment);

}  // namespace acctl
