#include <utility>
#include <vector>

#include "cli/builder.hpp"
#include "commands/access/review_records.hpp"
#include "commands/commands.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/named_key.hpp"
#include "commands/shared/report_origin.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/access/review_past.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

struct ReviewAccess : ReviewStyle {
  std::int64_t max_admins = 5;
  std::string format;
  std::string at;
  std::vector<std::string> exclude;
};

std::unique_ptr<ReviewWriter> make_review_writer(Session& session, const std::string& format,
                                                 const ReviewStyle& style) {
  const std::string wanted = format.empty() ? session.settings().output : format;
  if (wanted == "html") return html_review(style, report_origin(session));
  if (wanted == "markdown") return markdown_review(style);
  return record_review(session, parse_output_format(wanted));
}

// The review of one tenant of several, written in its turn. `tenant` outlives the turn.
class TenantReview {
 public:
  TenantReview(ReviewWriter& writer, const Tenant& tenant, const InOrder& in_order)
      : writer_(writer), tenant_(tenant), in_order_(in_order) {}

  void start(const ReviewSummary& summary) {
    in_order_([&writer = writer_, &tenant = tenant_, summary] { writer.start(tenant, summary); });
  }
  void add(const ReviewedPerson& person) {
    people_.push_back(person);
    if (people_.size() == most) flush();
  }
  void end() {
    flush();
    in_order_([&writer = writer_, &tenant = tenant_] { writer.end(tenant); });
  }

 private:
  static constexpr std::size_t most = 64;

  void flush() {
    in_order_([&writer = writer_, &tenant = tenant_, people = std::exchange(people_, {})] {
      for (const ReviewedPerson& person : people) writer.person(tenant, person);
    });
  }

  ReviewWriter& writer_;
  const Tenant& tenant_;
  const InOrder& in_order_;
  std::vector<ReviewedPerson> people_;
};

// With the keys that the choice of people leaves: they have no flags, and hold permissions as people do.
ReviewSummary with_chosen_keys(ReviewSummary summary, const ReviewStyle& style, const NamedPermission& permission) {
  std::erase_if(summary.keys, [&](const ReviewedKey& key) {
    return style.flagged_only || (permission.is_given() && !includes(key.effective, permission.asked()));
  });
  return summary;
}

void run(Session& session, const ReviewAccess& options) {
  if (options.max_admins < 1) {
    throw Error(ErrorKind::invalid, "--max-admins: " + std::to_string(options.max_admins) + " is not positive");
  }
  if (session.given("--at")) check_past_moment("--at", options.at);
  NamedPermission permission(options.permission);
  ReviewStyle style = options;
  style.limits = {.inactive_for = parse_duration("--inactive-for", options.inactive_for),
                  .expiring_within = parse_duration("--expiring-within", options.expiring_within),
                  .max_admins = options.max_admins};
  // Each tenant is read in one snapshot. Output is held back, so that no transaction stays open while a pager waits.
  HeldOutput held;
  const std::unique_ptr<ReviewWriter> writer = make_review_writer(session, options.format, style);
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        if (permission.is_given()) permission.look(find_permission(database, permission.asked()));
        TenantReview review(*writer, tenant, in_order);
        const auto start = [&](const ReviewSummary& summary) {
          review.start(with_chosen_keys(summary, style, permission));
        };
        const auto add = [&](const ReviewedPerson& person) {
          if (style.flagged_only && person.flags.empty()) return;
          if (permission.is_given() && !includes(person.effective, permission.asked())) return;
          review.add(person);
        };
        if (options.at.empty()) {
          review_access(database, style.limits, start, add);
        } else {
          review_past_access(database, style.limits, parse_past_moment(database, "--at", options.at), start, add);
        }
        review.end();
      },
      [&](const std::vector<std::string>& missing) {
        permission.require();
        writer->lack(missing);
        writer->finish();
        held.release();
        writer->tell();
      });
}

}  // namespace

Command review_command() {
  return command<ReviewAccess>("review", "review who has which access, since when and through which change", run)
      .describe(R"(
Lists all users with status, roles, role template, direct and effective permissions, API keys, the time and the run of
each grant, and the last sign-in; then the API keys that are no user's, those of the organization and of its enterprise,
with what they can do. Keys that were revoked or have expired are left out. Flags mark what needs attention:

inactive: active, but has not signed in for --inactive-for.

never signed in: active, or invited longer ago than --inactive-for, and has never signed in.

admin without need: has every permission, but is inactive or has never signed in.

too many admins: has every permission, as do more than --max-admins users.

expiring grant: a role expires within --expiring-within.

no permanent admin: has every permission, but only for a limited time, and no admin has a role that does not expire.

invitation expired, no invitation: was invited, and cannot sign up; 'acctl user resend' sends a new invitation.

Roles without holders are listed, too. With --format html, the review is a single page to view in a browser, on a phone
or on paper: totals, a row per person with all their tenants, and room to sign.
Suspended tenants are reviewed, too.

With --at, access is listed as it was at that time: all that runs of acctl have done since is taken back, as the ledger
has it. That is exact for what acctl did. Of what the application did, only a part is known: what it has added since is
left out, and users who have signed up or were suspended since are shown as they were before. What else it has changed
or removed is shown as it is now, and the review says so. The last sign-in of users who have signed in since is not
known.)")
      .option("--format FORMAT", "output format; overrides --output", &ReviewAccess::format)
      .choices({"html", "csv", "markdown", "table", "json", "yaml"})
      .option("--inactive-for TIME", "flag users who have not signed in for this time (default: 90d)",
              &ReviewAccess::inactive_for)
      .option("--expiring-within TIME", "flag grants that expire within this time (default: 14d)",
              &ReviewAccess::expiring_within)
      .option("--max-admins N", "maximum number of users with every permission before they are flagged (default: 5)",
              &ReviewAccess::max_admins)
      .option("--flagged", "list only users with flags", &ReviewAccess::flagged_only)
      .option("--permission PERMISSION[:LEVEL]", "list only users who have this permission, or have it at this level",
              &ReviewAccess::permission)
      .option("--at TIME", "list access as it was at this time, such as 2026-06-30T18:00:00Z, or so long ago: 90d",
              &ReviewAccess::at)
      .with(exclude_option, &ReviewAccess::exclude)
      .example("acctl review -t acme", "Review a tenant on the terminal.")
      .example("acctl review -t acme --format html > review.html", "Write a page to view in a browser or to print.")
      .example("acctl review --all --permission users.manage", "Review who can manage users, in all tenants.")
      .example("acctl review --all --flagged --format csv > flagged.csv",
               "List the flagged users of all tenants as CSV.")
      .formats({"markdown"})
      .trail(Trail::every_look);
}

}  // namespace acctl
