// The words of documents.
#include <algorithm>

#include "provisioning/base/text.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/model/documents.hpp"

namespace acctl {

namespace {

using Takes = Term::Takes;

Term key_term(std::string_view name, std::string_view target, std::string_view help,
              std::vector<std::string_view> words = {}) {
  return {.name = name, .takes = Takes::key, .help = help, .target = target, .words = std::move(words)};
}

Term word_term(std::string_view name, std::vector<std::string_view> words, std::string_view help) {
  return {.name = name, .takes = Takes::word, .help = help, .words = std::move(words)};
}

Term plain_term(std::string_view name, Takes takes, std::string_view help) {
  return {.name = name, .takes = takes, .help = help};
}

Term number_term(std::string_view name, std::int64_t most, std::string_view help) {
  return {.name = name, .takes = Takes::number, .help = help, .most = most};
}

Term allow_several(Term term) {
  term.many = true;
  return term;
}

// What is true of a ticket or an item.
std::vector<Term> condition_terms() {
  return {
      allow_several(key_term("status", "statuses", "Its status.")),
      allow_several(word_term("status_category", {"open", "pending", "done"}, "What its status amounts to.")),
      allow_several(key_term("priority", "priorities", "Its priority.", {"none"})),
      allow_several(word_term(
          "channel", {"portal", "agent", "email", "api", "chat", "voice", "whatsapp", "sms", "social", "monitoring"},
          "How it came in.")),
      allow_several(key_term("team", "teams", "The team that it is with.", {"none", "mine"})),
      allow_several(key_term("assignee", "users", "The user whom it is assigned to.", {"none", "me"})),
      allow_several(key_term("created_by", "users", "The user who created it.", {"me"})),
      allow_several(key_term("project", "projects", "The project of an item.")),
      allow_several(key_term("form", "forms", "The form that it came by.")),
      allow_several(key_term("sla_policy", "sla_policies", "The policy that applies to it.", {"none"})),
      allow_several(word_term("replied_by", {"contact", "agent", "system"}, "Who replied.")),
      allow_several(
          word_term("target", {"first_response", "resolution"}, "The target of the policy that is concerned.")),
      allow_several(plain_term("contact", Takes::line, "Address of the contact.")),
      allow_several(plain_term("company", Takes::line, "Company of the contact.")),
      allow_several(plain_term("subject", Takes::line, "Text that its subject or title contains.")),
      allow_several(plain_term("description", Takes::text, "Text that its description contains.")),
      plain_term("overdue", Takes::yes_or_no, "Whether its due date or target has passed."),
      plain_term("older_than_hours", Takes::number, "Hours since it was created."),
      plain_term("idle_hours", Takes::number, "Hours since it last changed."),
      plain_term("due_within_hours", Takes::number, "Hours until it is due."),
  };
}

std::vector<Term> action_terms() {
  return {
      key_term("set_status", "statuses", "Gives it this status."),
      key_term("set_priority", "priorities", "Gives it this priority."),
      key_term("assign_team", "teams", "Hands it to this team."),
      key_term("assign_user", "users", "Assigns it to this user.", {"none", "creator"}),
      allow_several(key_term("add_follower", "users", "Lets these users follow it.", {"creator"})),
      allow_several(key_term("notify", "users", "Notifies these users.",
                             {"assignee", "team", "followers", "contact", "creator", "admins", "me"})),
      key_term("send_email", "email_templates", "Sends its contact this message."),
      key_term("move_to_project", "projects", "Moves an item to this project."),
      key_term("create_item", "projects", "Creates an item in this project."),
      plain_term("set_field", Takes::values_of_fields, "Sets custom fields, as {field: value}."),
      plain_term("set_due_in_hours", Takes::number, "Sets when it is due, in hours from then."),
      plain_term("reply", Takes::text, "Replies to its contact."),
      plain_term("add_note", Takes::text, "Adds a private note."),
  };
}

std::vector<Term> question_terms() {
  return {
      key_term("field", "custom_fields", "What is asked for: a field of tickets or items, or a custom field.",
               {"subject", "title", "description", "attachments", "channel", "priority", "status", "team", "assignee",
                "start_date", "due_date", "contact", "company"}),
      plain_term("label", Takes::line, "The question as displayed."),
      plain_term("help", Takes::text, "Explanation below it."),
      plain_term("placeholder", Takes::line, "Text in the field while it is empty."),
      plain_term("required", Takes::yes_or_no, "Whether it must be answered."),
      plain_term("default", Takes::anything, "Answer that is filled in."),
  };
}

// A column of items, which a view sorts or groups by.
std::vector<Term> column_terms() {
  return {key_term("column", "custom_fields", "A column of items, or a custom field.",
                   {"title", "status", "status_category", "priority", "assignee", "team", "project", "parent", "ticket",
                    "start_date", "due_date", "rank", "created_by", "created_at", "updated_at", "completed_at"})};
}

std::vector<Term> setting_terms() {
  return {
      number_term("session.hours", 8'760, "Hours until users have to sign in again."),
      plain_term("sso.enforced", Takes::yes_or_no, "Whether users sign in through an identity provider alone."),
      number_term("invitations.expire_days", 90, "Days for which an invitation is good."),
      key_term("support.default_business_hours", "business_hours", "Calendar of what names none."),
      plain_term("support.announce_access", Takes::yes_or_no,
                 "Whether administrators get a message before staff connect to the database."),
      plain_term("support.address", Takes::address, "Address of the support mailbox."),
      plain_term("support.sender_name", Takes::line, "Name that messages are sent by."),
      plain_term("support.signature", Takes::text, "Text below replies."),
      plain_term("portal.enabled", Takes::yes_or_no, "Whether contacts have a portal."),
      plain_term("portal.knowledge_base", Takes::yes_or_no, "Whether the portal shows the knowledge base."),
      number_term("portal.magic_link_minutes", INT32_MAX, "Minutes for which a contact's link is good."),
      plain_term("portal.hostname", Takes::host, "Host name of the portal."),
      plain_term("branding.name", Takes::line, "Name of the organization."),
      plain_term("branding.portal_title", Takes::line, "Title of the portal."),
      plain_term("branding.colour", Takes::colour, "Colour of the portal."),
      plain_term("locale", Takes::locale, "Language and region of users who choose none."),
      plain_term("time_zone", Takes::time_zone, "Time zone of users who choose none."),
      plain_term("date_format", Takes::line, "How dates are displayed."),
      plain_term("channels.chat", Takes::yes_or_no, "Whether there is chat."),
      plain_term("channels.email", Takes::yes_or_no, "Whether there is email."),
      plain_term("channels.voice", Takes::yes_or_no, "Whether there are calls."),
      plain_term("channels.whatsapp", Takes::yes_or_no, "Whether there is WhatsApp."),
      plain_term("features.crm", Takes::yes_or_no, "Whether there are CRM records."),
      plain_term("features.time_tracking", Takes::yes_or_no, "Whether time is tracked."),
      number_term("conversations.end_after_minutes", INT32_MAX, "Minutes after which a conversation ends."),
      number_term("campaigns.hourly_limit", INT32_MAX, "Messages of campaigns per hour."),
      number_term("endpoints.check_in_minutes", INT32_MAX, "Minutes between two check-ins."),
      number_term("endpoints.offline_after_hours", INT32_MAX, "Hours after which an endpoint is offline."),
  };
}

}  // namespace

const std::vector<DocumentForm>& document_forms() {
  static const std::vector<DocumentForm> all = {
      {"automations", "conditions", DocumentForm::Shape::terms, condition_terms(), true},
      {"automations", "actions", DocumentForm::Shape::steps, action_terms()},
      {"sla_policies", "conditions", DocumentForm::Shape::terms, condition_terms(), true},
      {"views", "filters", DocumentForm::Shape::terms, condition_terms(), true},
      {"views", "sort", DocumentForm::Shape::columns, column_terms()},
      {"views", "grouping", DocumentForm::Shape::columns, column_terms()},
      {"forms", "fields", DocumentForm::Shape::records, question_terms()},
      {"settings", "value", DocumentForm::Shape::setting, setting_terms()},
  };
  return all;
}

const DocumentForm* find_document_form(std::string_view kind, std::string_view field) {
  const auto found = std::ranges::find_if(
      document_forms(), [&](const DocumentForm& form) { return form.kind == kind && form.field == field; });
  return found == document_forms().end() ? nullptr : &*found;
}

std::string_view find_pattern(Takes takes) {
  return find_word(
      takes,
      {{Takes::colour, "^#[0-9A-Fa-f]{6}$"},
       {Takes::locale, "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$"},
       {Takes::host, "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"},
       {Takes::time_zone,
        "^(UTC|GMT|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)"
        "(/[A-Za-z0-9_+-]+){1,2})$"}});
}

std::string describe_type(const Term& term) {
  const std::string words = join({term.words.begin(), term.words.end()});
  const std::string many = term.many ? "one or several of: " : "";
  if (term.takes == Takes::word) return many + words;
  if (term.takes == Takes::key) {
    return many + (term.many ? "keys of " : "key of ") + std::string(term.target) +
           (words.empty() ? "" : ", or " + words);
  }
  if (term.takes == Takes::number) {
    return "whole number from 1" + (term.most == INT64_MAX ? "" : " to " + std::to_string(term.most));
  }
  return std::string(find_word(term.takes,
                               {{Takes::yes_or_no, "true or false"},
                                {Takes::colour, "colour as #rrggbb"},
                                {Takes::locale, "language and region, such as en or de-AT"},
                                {Takes::time_zone, "time zone, such as Europe/Berlin"},
                                {Takes::anything, "any value"},
                                {Takes::values_of_fields, "mapping of keys of custom_fields to values"},
                                {Takes::address, "email address"},
                                {Takes::host, "host name in lower case"}},
                               term.many ? "text, or a list of texts" : "text"));
}

}  // namespace acctl
