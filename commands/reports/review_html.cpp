// The access review as an HTML page: a summary, then one row per person.
#include <utility>

#include "commands/reports/html.hpp"
#include "commands/reports/review_writer.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::string_view style_of_review = R"(
table { border: 1px solid var(--line); border-width: 1px 0 0 1px; }
td ul { margin: 0; padding-left: 1rem; }
.people td { font-size: .93em; }
.flag { border: 1px solid currentColor; border-radius: .7em; padding: 0 .5em; white-space: nowrap; font-weight: 600; }
details summary { cursor: pointer; }
details div { max-width: 28rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: .2rem 1rem; max-width: 60rem; }
dt { font-weight: 600; }
dd { margin: 0; }
@media print { details[open] div { max-width: none; } .flag { border-width: 2px; } }
)";

std::string render_list(const std::vector<std::string>& items) {
  if (items.empty()) return "<span class=\"soft\">none</span>";
  std::string html = "<ul>";
  for (const std::string& item : items) html += html_element("li", item);
  return html + "</ul>";
}

std::string roles_cell(const ReviewedPerson& person) {
  if (person.roles.empty()) return "<span class=\"soft\">none</span>";
  std::string html = "<ul>";
  for (const ReviewedRole& role : person.roles) {
    html += "<li>" + html_escaped(role.role) + (role.until.empty() ? "" : " <b>until " + day_of(role.until) + "</b>") +
            "<br>" + html_element("span", grant_told(role.by), "class=\"soft\"") + "</li>";
  }
  return html + "</ul>";
}

std::string others_cell(const ReviewedPerson& person) {
  std::string html;
  if (!person.role_template.empty()) {
    html += "template " + html_escaped(person.role_template) + "<br>" +
            html_element("span", grant_told(person.template_by), "class=\"soft\"");
  }
  std::vector<std::string> direct;
  for (const ReviewedPermission& held : person.direct) {
    direct.push_back(permission_told(held) + " " + grant_told(held.by));
  }
  if (!direct.empty()) html += render_list(direct);
  return html.empty() ? "<span class=\"soft\">none</span>" : html;
}

std::string may_cell(const ReviewedPerson& person) {
  const std::string number = std::to_string(person.effective.size());
  if (person.admin) return "<b>everything</b> (" + number + ")";
  if (person.effective.empty()) return "nothing";
  return "<details><summary>" + number + (person.effective.size() == 1 ? " permission" : " permissions") +
         "</summary><div>" + html_escaped(join(person.effective)) + "</div></details>";
}

std::string flags_cell(const ReviewedPerson& person) {
  std::string html;
  for (const std::string& flag : person.flags) {
    html += (html.empty() ? "" : "<br>") + html_element("span", flag, "class=\"flag\"");
  }
  return html;
}

std::string render_row(const ReviewedPerson& person) {
  const auto cell = [](const std::string& html) { return "<td>" + html + "</td>"; };
  return "<tr><th scope=\"row\">" + html_escaped(person.name.empty() ? person.email : person.name) +
         (person.name.empty() ? "" : "<br>" + html_element("span", person.email, "class=\"soft\"")) + "</th>" +
         cell(person.status) + cell(roles_cell(person)) + cell(others_cell(person)) + cell(may_cell(person)) +
         cell(person.last_sign_in.empty() ? "never" : day_of(person.last_sign_in)) + cell(flags_cell(person)) +
         "</tr>\n";
}

std::string bundles(const std::string& title, const std::vector<ReviewedBundle>& all) {
  if (all.empty()) return "";
  std::string html = html_element("h3", title) + "\n<dl>\n";
  for (const ReviewedBundle& bundle : all) {
    html += html_element("dt", bundle.name + " (" + bundle.key + ")") +
            html_element("dd", bundle.gives.empty() ? "nothing" : join(bundle.gives)) + "\n";
  }
  return html + "</dl>\n";
}

class HtmlReview : public ReviewWriter {
 public:
  explicit HtmlReview(ReviewStyle style) : style_(std::move(style)) {
    page_ = html_page_start("Access review", style_of_review);
  }

  void start(const Tenant& tenant, const ReviewSummary& summary) override {
    const auto entry = [](const std::string& term, const std::string& text) {
      return html_element("dt", term) + html_element("dd", text) + "\n";
    };
    page_ += "<section>\n" + html_element("h2", tenant.slug) + "\n" +
             html_element("p", "As of " + summary.at + ".", "class=\"soft\"") + "\n<h3>Summary</h3>\n<dl>\n" +
             entry("People", people_told(summary)) +
             entry("Full access", std::to_string(summary.admins) + permanence_told(summary)) +
             entry("Inactive", std::to_string(summary.inactive)) +
             entry("Never signed in", std::to_string(summary.never)) +
             entry("Grants that expire soon", std::to_string(summary.expiring)) +
             entry("Unused roles", summary.unused_roles.empty() ? "none" : join(summary.unused_roles)) +
             "</dl>\n<h3>Flags</h3>\n<dl>\n";
    for (const auto& [flag, meaning] : flag_meanings(style_)) page_ += entry(flag, meaning);
    page_ += "</dl>\n<h3>People</h3>\n" +
             (selection_told(style_).empty() ? "" : html_element("p", selection_told(style_)) + "\n") +
             "<table class=\"people\">\n<thead><tr><th scope=\"col\">Person</th><th scope=\"col\">Status</th>"
             "<th scope=\"col\">Roles</th><th scope=\"col\">Role template and direct permissions</th>"
             "<th scope=\"col\">Permissions</th><th scope=\"col\">Last sign-in</th><th scope=\"col\">Flags</th></tr>"
             "</thead>\n<tbody>\n";
    gives_ = bundles("Permissions of roles", summary.roles) +
             bundles("Permissions of role templates", summary.role_templates);
  }
  void person(const Tenant&, const ReviewedPerson& person) override { page_ += render_row(person); }
  void end(const Tenant&) override { page_ += "</tbody>\n</table>\n" + gives_ + "</section>\n"; }
  void finish() override {
    write_text(page_ + html_page_end());
    flush_output();
  }

 private:
  ReviewStyle style_;
  std::string page_;  // written when it is complete: half a review would be mistaken for a whole one
  std::string gives_;
};

}  // namespace

std::unique_ptr<ReviewWriter> html_review(const ReviewStyle& style) { return std::make_unique<HtmlReview>(style); }

}  // namespace acctl
