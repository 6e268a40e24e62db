// The access review as an HTML page: totals, then a row per person with all tenants in it, and room to sign.
#include <algorithm>
#include <map>
#include <utility>

#include "commands/reports/html.hpp"
#include "commands/reports/review_writer.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// On a phone each cell is a line of its own with the heading of its column; the roles keep telling that it is a table.
constexpr std::string_view style_of_review = R"(
table { border: 1px solid var(--line); border-width: 1px 0 0 1px; width: 100%; }
td ul { margin: 0; padding-left: 1rem; }
td.number { text-align: right; }
.people td { font-size: .93em; }
td[data-label=Status], td[data-label=Tenant], .flag { overflow-wrap: normal; }
.people th[scope=rowgroup] { min-width: 9rem; }
.flag { display: inline-block; border: 1px solid currentColor; border-radius: .7em; padding: 0 .5em;
  margin: 0 0 .2rem; font-weight: 600; color: var(--loss); }
nav ul { columns: 2; max-width: 40rem; }
.terms { display: grid; grid-template-columns: fit-content(16rem) auto; gap: .2rem 1rem; max-width: 60rem; }
.terms dt { font-weight: 600; }
.terms dd { margin: 0; }
.sign { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 3rem 2rem;
  margin: 3rem 0 1rem; }
.sign p { border-top: 1px solid var(--text); margin: 0; padding-top: .2rem; }
@media screen and (max-width: 60rem) {
  table, thead, tbody, tr, th, td { display: block; border-width: 0; }
  table { border-width: 1px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody + tbody, tr + tr { border-top: 1px solid var(--line); }
  .people tbody + tbody { border-top: 2px solid var(--soft); }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
  td.number { text-align: left; }
  td:empty { display: none; }
  nav ul { columns: 1; }
}
@media (max-width: 30rem) { .terms { grid-template-columns: 1fr; } .terms dd { margin: 0 0 .4rem 1rem; } }
@media print { nav { display: none; } .flag { border-width: 2px; } .sign { break-inside: avoid; } }
)";

constexpr std::string_view nothing = "<span class=\"soft\">none</span>";

std::string cell(std::string_view label, const std::string& html, std::string_view more = "") {
  return "<td role=\"cell\" data-label=\"" + std::string(label) + "\"" + std::string(more) + ">" + html + "</td>";
}

std::string number(std::string_view label, std::int64_t value) {
  return cell(label, std::to_string(value), " class=\"number\"");
}

std::string head_row(const std::vector<std::string>& titles) {
  std::string html = "<thead role=\"rowgroup\"><tr role=\"row\">";
  for (const std::string& title : titles) html += html_element("th", title, R"(role="columnheader" scope="col")");
  return html + "</tr></thead>\n";
}

std::string by_line(const GrantedBy& by) {
  const std::string words = grant_told(by);
  return words.empty() ? "" : "<br>" + html_element("span", words, "class=\"soft\"");
}

// What keys are called in one tenant.
using NamesByKey = std::map<std::string, std::string>;

std::string find_name(const NamesByKey& names, const std::string& key) {
  const auto found = names.find(key);
  return found == names.end() || found->second.empty() ? key : found->second;
}

struct ReviewedTenant {
  std::string slug;
  std::string name;
  std::string enterprise;  // "" for none
  ReviewSummary summary;
  NamesByKey roles;
  NamesByKey role_templates;
};

struct Membership {
  std::size_t tenant = 0;  // of HtmlReview::tenants_
  ReviewedPerson person;
};

std::string roles_cell(const ReviewedPerson& person, const ReviewedTenant& tenant) {
  if (person.roles.empty()) return std::string(nothing);
  std::string html = "<ul>";
  for (const ReviewedRole& role : person.roles) {
    html += "<li>" + html_escaped(find_name(tenant.roles, role.role)) +
            (role.until.empty() ? "" : " <b>until " + to_day(role.until) + "</b>") + by_line(role.by) + "</li>";
  }
  return html + "</ul>";
}

std::string others_cell(const ReviewedPerson& person, const ReviewedTenant& tenant) {
  std::string html;
  if (!person.role_template.empty()) {
    html += "<li>template " + html_escaped(find_name(tenant.role_templates, person.role_template)) +
            by_line(person.template_by) + "</li>";
  }
  for (const ReviewedPermission& held : person.direct) {
    html += "<li>" + html_escaped(permission_told(held)) + by_line(held.by) + "</li>";
  }
  return html.empty() ? std::string(nothing) : "<ul>" + html + "</ul>";
}

std::string permissions_cell(bool all, const std::vector<std::string>& effective) {
  const std::string count = std::to_string(effective.size());
  if (all) return "<b>everything</b> (" + count + ")";
  if (effective.empty()) return "nothing";
  return "<details><summary>" + count + (effective.size() == 1 ? " permission" : " permissions") + "</summary>" +
         html_escaped(join(effective)) + "</details>";
}

std::string flags_cell(const ReviewedPerson& person) {
  std::string html;
  for (const std::string& flag : person.flags) {
    html += (html.empty() ? "" : "<br>") + html_element("span", flag, "class=\"flag\"");
  }
  return html;
}

// All tenants of a person: their name spans the rows.
std::string person_rows(const std::string& email, const std::vector<Membership>& places,
                        const std::vector<ReviewedTenant>& tenants) {
  std::string name;
  for (const Membership& place : places) name = name.empty() ? place.person.name : name;
  std::string html = "<tbody role=\"rowgroup\">\n";
  for (const Membership& place : places) {
    const ReviewedPerson& person = place.person;
    const ReviewedTenant& tenant = tenants[place.tenant];
    html += "<tr role=\"row\">";
    if (&place == &places.front()) {
      html += "<th role=\"rowheader\" scope=\"rowgroup\"" +
              (places.size() == 1 ? "" : " rowspan=\"" + std::to_string(places.size()) + "\"") + ">" +
              html_escaped(name.empty() ? email : name) +
              (name.empty() ? "" : "<br>" + html_element("span", email, "class=\"soft\"")) + "</th>";
    }
    if (tenants.size() > 1) html += cell("Tenant", html_escaped(tenant.name));
    html += cell("Status", person.status) + cell("Roles", roles_cell(person, tenant)) +
            cell("Template, direct", others_cell(person, tenant)) +
            cell("Permissions", permissions_cell(person.admin, person.effective)) +
            cell("API keys", html_escaped(join(person.api_keys))) + cell("Last sign-in", sign_in_told(person)) +
            cell("Flags", flags_cell(person)) + "</tr>\n";
  }
  return html + "</tbody>\n";
}

std::string totals_row(const std::string& head, const ReviewSummary& summary, bool one) {
  return "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">" + head + "</th>" + number("Active", summary.active) +
         number("Invited", summary.invited) + number("Suspended", summary.suspended) +
         cell("Full access", std::to_string(summary.admins) + (one ? html_escaped(permanence_told(summary)) : "")) +
         number("Inactive", summary.inactive) + number("Never signed in", summary.never) +
         number("Grants that expire soon", summary.expiring) +
         cell("Unused roles", !one                           ? ""
                              : summary.unused_roles.empty() ? "none"
                                                             : html_escaped(join(summary.unused_roles))) +
         "</tr>\n";
}

std::string shared_key_row(const ReviewedKey& key, const ReviewedTenant& tenant, bool several) {
  const std::string says =
      key.role.empty() ? html_escaped(join(key.permissions)) : html_escaped(find_name(tenant.roles, key.role));
  return "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">" + html_escaped(key.name) + "</th>" +
         (several ? cell("Tenant", html_escaped(tenant.name)) : "") +
         cell("Owner", html_escaped(owner_told(tenant.enterprise, key))) + cell("Role or permissions", says) +
         cell("Permissions", permissions_cell(gives_everything(key), key.effective)) +
         cell("Made", html_escaped(making_told(key))) +
         cell("Expires", key.expires_at.empty() ? "never" : to_day(key.expires_at)) +
         cell("Last used", key.last_used_at.empty() ? "never" : to_day(key.last_used_at)) + "</tr>\n";
}

// Keys that are no user's, of all tenants; "" if there are none.
std::string shared_key_table(const std::vector<ReviewedTenant>& tenants) {
  std::string rows;
  for (const ReviewedTenant& tenant : tenants) {
    for (const ReviewedKey& key : tenant.summary.keys) rows += shared_key_row(key, tenant, tenants.size() > 1);
  }
  if (rows.empty()) return "";
  std::vector<std::string> titles = {"Key",     "Owner",    "Role or permissions", "Permissions", "Made",
                                     "Expires", "Last used"};
  if (tenants.size() > 1) titles.insert(titles.begin() + 1, "Tenant");
  return "<h2 id=\"keys\">API keys that are no user's</h2>\n<table class=\"people\" role=\"table\">\n" +
         head_row(titles) + "<tbody role=\"rowgroup\">\n" + rows + "</tbody>\n</table>\n";
}

// Roles, or templates, that are the same in several tenants stand once, with the tenants.
using Bundles = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

std::string bundle_list(const std::string& title, const std::string& id, const Bundles& all, std::size_t tenants) {
  if (all.empty()) return "";
  std::string html = "<h2 id=\"" + id + "\">" + title + "</h2>\n<dl class=\"terms\">\n";
  for (const auto& [bundle, where] : all) {
    const std::string only = where.size() == tenants ? "" : " in " + enumerated(where, 5);
    html += html_entry(bundle.first + only, bundle.second);
  }
  return html + "</dl>\n";
}

class HtmlReview : public ReviewWriter {
 public:
  HtmlReview(ReviewStyle style, ReportOrigin origin) : style_(std::move(style)), origin_(std::move(origin)) {}

  void start(const Tenant& tenant, const ReviewSummary& summary) override {
    ReviewedTenant reviewed{
        .slug = tenant.slug, .name = tenant.name, .enterprise = tenant.enterprise.value_or(""), .summary = summary};
    const auto note = [&](const std::vector<ReviewedBundle>& bundles, NamesByKey& names, Bundles& all) {
      for (const ReviewedBundle& bundle : bundles) {
        names[bundle.key] = bundle.name;
        all[{bundle.name + " (" + bundle.key + ")", bundle.gives.empty() ? "nothing" : join(bundle.gives)}].push_back(
            tenant.name);
      }
    };
    note(summary.roles, reviewed.roles, roles_);
    note(summary.role_templates, reviewed.role_templates, role_templates_);
    for (std::string& role : reviewed.summary.unused_roles) role = find_name(reviewed.roles, role);
    reviewed.summary.roles.clear();
    reviewed.summary.role_templates.clear();
    tenants_.push_back(std::move(reviewed));
  }
  void person(const Tenant&, const ReviewedPerson& person) override {
    people_[person.email].push_back({tenants_.size() - 1, person});
  }
  void end(const Tenant&) override {}
  void lack(const std::vector<std::string>& missing) override { missing_ = missing; }
  // Written when it is complete: half a review would be mistaken for a whole one.
  void finish() override {
    write_text(html_page_start("Access review", style_of_review) + html_origin(origin_) + missing() + contents() +
               totals() + people() + shared_key_table(tenants_) +
               bundle_list("Permissions of roles", "roles", roles_, tenants_.size()) +
               bundle_list("Permissions of role templates", "templates", role_templates_, tenants_.size()) + sign() +
               html_page_end());
    flush_output();
  }

 private:
  std::string missing() const {
    return missing_.empty() ? "" : "<p><strong>" + html_escaped(missing_told(missing_)) + "</strong></p>\n";
  }

  std::string contents() const {
    std::string html =
        "<nav aria-label=\"Contents\">\n<ul>\n<li><a href=\"#totals\">Totals</a></li>\n<li><a "
        "href=\"#flags\">Flags</a></li>\n<li><a href=\"#people\">People</a></li>\n";
    const bool has_keys =
        std::ranges::any_of(tenants_, [](const ReviewedTenant& tenant) { return !tenant.summary.keys.empty(); });
    if (has_keys) html += "<li><a href=\"#keys\">API keys that are no user's</a></li>\n";
    if (!roles_.empty()) html += "<li><a href=\"#roles\">Permissions of roles</a></li>\n";
    if (!role_templates_.empty()) html += "<li><a href=\"#templates\">Permissions of role templates</a></li>\n";
    return html + "<li><a href=\"#signature\">Signature</a></li>\n</ul>\n</nav>\n";
  }

  std::string totals() const {
    std::string html = "<h2 id=\"totals\">Totals</h2>\n<table role=\"table\">\n" +
                       head_row({"Tenant", "Active", "Invited", "Suspended", "Full access", "Inactive",
                                 "Never signed in", "Grants that expire soon", "Unused roles"}) +
                       "<tbody role=\"rowgroup\">\n";
    ReviewSummary all;
    for (const ReviewedTenant& tenant : tenants_) {
      html += totals_row(html_escaped(tenant.name) + "<br><span class=\"soft\">" + html_escaped(tenant.slug) +
                             ", as of " + tenant.summary.at + "</span>" +
                             (tenant.summary.past.is_past ? "<br>" + html_escaped(past_told(tenant.summary)) : ""),
                         tenant.summary, true);
      all.active += tenant.summary.active;
      all.invited += tenant.summary.invited;
      all.suspended += tenant.summary.suspended;
      all.admins += tenant.summary.admins;
      all.inactive += tenant.summary.inactive;
      all.never += tenant.summary.never;
      all.expiring += tenant.summary.expiring;
    }
    if (tenants_.size() > 1) html += totals_row(std::to_string(tenants_.size()) + " tenants", all, false);
    html += "</tbody>\n</table>\n<h2 id=\"flags\">Flags</h2>\n<dl class=\"terms\">\n";
    for (const auto& [flag, meaning] : flag_meanings(style_)) html += html_entry(flag, meaning);
    return html + "</dl>\n";
  }

  std::string people() const {
    std::string html =
        "<h2 id=\"people\">People</h2>\n" +
        html_element("p", std::to_string(people_.size()) + (people_.size() == 1 ? " person. " : " people. ") +
                              selection_told(style_)) +
        "\n<table class=\"people\" role=\"table\">\n";
    std::vector<std::string> titles = {
        "Person",      "Status",   "Roles",        "Role template and direct permissions",
        "Permissions", "API keys", "Last sign-in", "Flags"};
    if (tenants_.size() > 1) titles.insert(titles.begin() + 1, "Tenant");
    html += head_row(titles);
    for (const auto& [email, places] : people_) html += person_rows(email, places, tenants_);
    return html + "</table>\n";
  }

  // Whoever signs sees once more for what they do not.
  std::string sign() const {
    return "<h2 id=\"signature\">Signature</h2>\n<p>I have reviewed the access of the people above.</p>\n" + missing() +
           "<div class=\"sign\"><p>Name</p><p>Date</p><p>Signature</p></div>\n";
  }

  std::vector<std::string> missing_;
  ReviewStyle style_;
  ReportOrigin origin_;
  std::vector<ReviewedTenant> tenants_;
  std::map<std::string, std::vector<Membership>> people_;  // by address
  Bundles roles_;
  Bundles role_templates_;
};

}  // namespace

std::unique_ptr<ReviewWriter> html_review(const ReviewStyle& style, const ReportOrigin& origin) {
  return std::make_unique<HtmlReview>(style, origin);
}

}  // namespace acctl
