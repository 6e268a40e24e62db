// The access review as Markdown.
#include <utility>

#include "commands/reports/review_writer.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// Nothing in a name acts as markup or ends a cell of a table.
std::string plain(const std::string& text) {
  std::string all;
  for (const char c : escaped(text)) {
    if (std::string_view("\\`*_{}[]()<>#|!&~").find(c) != std::string_view::npos) {
      all += "&#" + std::to_string(static_cast<int>(c)) + ";";
    } else {
      all += c;
    }
  }
  return all;
}

std::string joined(const std::vector<std::string>& words, const std::string& separator = ", ") {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : separator) + plain(word);
  return all;
}

std::string may_cell(const ReviewedPerson& person) {
  if (person.admin) return "everything (" + std::to_string(person.effective.size()) + ")";
  return std::to_string(person.effective.size());
}

std::string render_row(const ReviewedPerson& person) {
  std::vector<std::string> roles;
  for (const ReviewedRole& role : person.roles) roles.push_back(role_told(role));
  std::vector<std::string> others;
  if (!person.role_template.empty()) {
    others.push_back("template " + person.role_template + " " + grant_told(person.template_by));
  }
  for (const ReviewedPermission& held : person.direct) {
    others.push_back(permission_told(held) + " " + grant_told(held.by));
  }
  std::string row = "|";
  for (const std::string& cell : {plain(person.email) + (person.name.empty() ? "" : "<br>" + plain(person.name)),
                                  person.status, joined(roles, "<br>"), joined(others, "<br>"), may_cell(person),
                                  joined(person.api_keys), sign_in_told(person), joined(person.flags)}) {
    row += " " + cell + " |";
  }
  return row + "\n";
}

std::string bundles(const std::string& title, const std::vector<ReviewedBundle>& all) {
  if (all.empty()) return "";
  std::string text = "\n### " + title + "\n\n";
  for (const ReviewedBundle& bundle : all) {
    text += "- " + plain(bundle.name + " (" + bundle.key + "): ") +
            (bundle.gives.empty() ? "nothing" : joined(bundle.gives)) + "\n";
  }
  return text;
}

std::string keys_section(const Tenant& tenant, const std::vector<ReviewedKey>& keys) {
  if (keys.empty()) return "";
  std::string text =
      "\n### API keys that are no user's\n\n| Key | Owner | Role or permissions | Permissions | Made | Expires | "
      "Last used |\n|---|---|---|---|---|---|---|\n";
  for (const ReviewedKey& key : keys) {
    text += "|";
    for (const std::string& cell :
         {plain(key.name), plain(owner_told(tenant.enterprise.value_or(""), key)),
          key.role.empty() ? joined(key.permissions) : plain(key.role), std::to_string(key.effective.size()),
          plain(making_told(key)), key.expires_at.empty() ? "never" : to_day(key.expires_at),
          key.last_used_at.empty() ? "never" : to_day(key.last_used_at)}) {
      text += " " + cell + " |";
    }
    text += "\n";
  }
  return text;
}

class MarkdownReview : public ReviewWriter {
 public:
  explicit MarkdownReview(ReviewStyle style) : style_(std::move(style)) {}

  void start(const Tenant& tenant, const ReviewSummary& summary) override {
    std::string text = "\n## " + plain(tenant.slug) + "\n\nAs of " + summary.at + "." +
                       (summary.past.is_past ? " " + plain(past_told(summary)) : "") + "\n\n";
    for (const auto& [term, value] :
         {std::pair("People", people_told(summary)),
          {"Full access", std::to_string(summary.admins) + permanence_told(summary)},
          {"Inactive", std::to_string(summary.inactive)},
          {"Never signed in", std::to_string(summary.never)},
          {"Grants that expire soon", std::to_string(summary.expiring)},
          {"Unused roles", summary.unused_roles.empty() ? "none" : joined(summary.unused_roles)}}) {
      text += std::string("- ") + term + ": " + value + "\n";
    }
    text += "\n### Flags\n\n";
    for (const auto& [flag, meaning] : flag_meanings(style_)) text += "- " + flag + ": " + plain(meaning) + "\n";
    text += std::string("\n### People") + (style_.flagged_only ? " with flags" : "") +
            (style_.permission.empty() ? "" : "\n\n" + plain(selection_told(style_))) +
            "\n\n| Person | Status | Roles | Role template and direct permissions | Permissions | API keys | Last "
            "sign-in | Flags |\n|---|---|---|---|---|---|---|---|\n";
    page_ += text;
    gives_ = keys_section(tenant, summary.keys) + bundles("Permissions of roles", summary.roles) +
             bundles("Permissions of role templates", summary.role_templates);
  }
  void person(const Tenant&, const ReviewedPerson& person) override { page_ += render_row(person); }
  void end(const Tenant&) override { page_ += gives_; }
  void lack(const std::vector<std::string>& missing) override { missing_ = missing_told(missing); }
  void finish() override {
    write_text("# Access review\n" + (missing_.empty() ? "" : "\n**" + plain(missing_) + "**\n") + page_);
    flush_output();
  }

 private:
  ReviewStyle style_;
  std::string page_;  // below the title; written when it is complete
  std::string missing_;
  std::string gives_;  // of the tenant at hand, after its people
};

}  // namespace

std::unique_ptr<ReviewWriter> markdown_review(const ReviewStyle& style) {
  return std::make_unique<MarkdownReview>(style);
}

}  // namespace acctl
