// The table behind kinds.hpp; its other half is templates/tenant/*.sql. Bookkeeping (id, manager, times) and what only
// the product writes (a user's status, the last sign-in) are columns there but no fields here.
#include "provisioning/model/kinds.hpp"

#include <algorithm>

#include "provisioning/model/kind_parts.hpp"

namespace acctl {

namespace {

using namespace kind_parts;

Kind statuses() {
  return {
      .name = "statuses",
      .table = "app.statuses",
      .key_column = "key",
      .summary = "States that tickets and items go through, with one default for each of the two.",
      .fields =
          {
              name_shown(),
              required(choice("applies_to", "Whether it is a state of tickets or of items.", {"ticket", "item"})),
              required(choice("category",
                              "What the state amounts to; SLA clocks stand still while pending and stop when done.",
                              {"open", "pending", "done"})),
              colour(),
              position("Order in lists."),
              stored_as("is_default", yes_or_no("default", "false", "Whether new tickets or items start in it.")),
          },
  };
}

Kind priorities() {
  return {
      .name = "priorities",
      .table = "app.priorities",
      .key_column = "key",
      .summary = "How urgent tickets and items are.",
      .fields =
          {
              name_shown(),
              required(between(1, 100, integer("level", "Urgency from 1, the most urgent, to 100."))),
              colour(),
              position("Order in lists."),
              stored_as("is_default", yes_or_no("default", "false", "Whether new tickets get it.")),
          },
  };
}

Kind business_hours() {
  return {
      .name = "business_hours",
      .table = "app.business_hours",
      .key_column = "key",
      .summary = "Calendars of working time, by which SLA clocks run.",
      .fields =
          {
              name_shown(),
              required(formatted(Format::line, text("time_zone", "Time zone of the hours, such as Europe/Berlin."))),
              defaults_to(
                  "{}",
                  formatted(
                      Format::hours,
                      document(
                          "hours",
                          "Working hours by weekday, such as monday: [\"09:00-12:00\", \"13:00-17:00\"]; a day that is "
                          "left out is free."))),
              defaults_to(
                  "[]", formatted(Format::dates, document("holidays", "Dates without working hours, as YYYY-MM-DD."))),
          },
  };
}

Kind sla_policies() {
  return {
      .name = "sla_policies",
      .table = "app.sla_policies",
      .key_column = "key",
      .summary = "Time targets for tickets; the first policy by position whose conditions fit a ticket applies.",
      .fields =
          {
              name_shown(),
              text("description", "What the policy promises, in one sentence."),
              defaults_to(
                  "{}",
                  formatted(
                      Format::mapping,
                      document("conditions",
                               "Which tickets it is for, such as priority: [urgent]; without conditions for all."))),
              positive(integer("first_response_minutes",
                               "Minutes until the first reply; at least one of the two targets is needed.")),
              positive(integer("resolution_minutes", "Minutes until the ticket is done.")),
              reference("business_hours", "business_hours_id", "business_hours",
                        "Calendar by which the minutes count; without it around the clock."),
              position("Order of precedence."),
              yes_or_no("enabled", "true", "Whether it is in force."),
          },
  };
}

Kind projects() {
  return {
      .name = "projects",
      .table = "app.projects",
      .key_column = "key",
      .summary = "Containers of items.",
      .fields =
          {
              name_shown(),
              text("description", "What the project is about, in one sentence."),
              colour(),
              yes_or_no("archived", "false", "An archived project is read-only and out of sight."),
          },
  };
}

Kind custom_fields() {
  return {
      .name = "custom_fields",
      .table = "app.custom_fields",
      .key_column = "key",
      .summary = "Columns of the tenant's own on items and tickets, shown in views, forms and the portal.",
      .fields =
          {
              name_shown(),
              required(choice("type", "What a value is.",
                              {"status", "person", "date", "timeline", "number", "formula", "dropdown", "checkbox",
                               "files", "link", "rating", "dependency"})),
              defaults_to("\"item\"", choice("applies_to", "Whether items or tickets have it.", {"item", "ticket"})),
              text("description", "What to enter, in one sentence."),
              defaults_to(
                  "{}",
                  formatted(
                      Format::mapping,
                      document(
                          "options",
                          "Settings of the type: choices (a list, needed by status and dropdown), formula (needed by "
                          "formula), unit, maximum."))),
              yes_or_no("required", "false", "Whether a value must be entered."),
              yes_or_no("portal_visible", "false", "Whether contacts see it in the portal."),
              position("Order among the columns."),
          },
  };
}

Kind views() {
  return {
      .name = "views",
      .table = "app.views",
      .key_column = "key",
      .summary = "Saved ways of looking at items: what is shown, in which order and shape.",
      .fields =
          {
              name_shown(),
              required(choice("type", "The shape; timeline is the Gantt chart.",
                              {"list", "board", "timeline", "calendar", "table", "workload", "chart"})),
              reference("project", "project_id", "projects",
                        "Project whose items it shows; without it those of all projects."),
              defaults_to(
                  "{}",
                  formatted(Format::mapping,
                            document("filters", "Which items it shows, such as assignee: [me]; without filters all."))),
              defaults_to(
                  "[]",
                  formatted(
                      Format::list,
                      document(
                          "sort",
                          "Columns in order of precedence, descending with a minus, such as [due_date, -priority]."))),
              text("grouping", "Column by which items are grouped, such as status."),
              position("Order of the tabs."),
          },
  };
}

Kind automations() {
  return {
      .name = "automations",
      .table = "app.automations",
      .key_column = "key",
      .summary = "Rules that act by themselves: when the trigger occurs and the conditions fit, the actions run.",
      .fields =
          {
              name_shown(),
              text("description", "What the rule is for, in one sentence."),
              required(stored_as("trigger_event",
                                 choice("trigger", "Event of a ticket or an item that sets it off.",
                                        {"ticket.created", "ticket.updated", "ticket.status_changed", "ticket.assigned",
                                         "ticket.replied", "ticket.sla_warning", "ticket.sla_breached", "item.created",
                                         "item.updated", "item.status_changed", "item.assigned", "item.due"}))),
              defaults_to("{}", formatted(Format::mapping, document("conditions",
                                                                    "What must be true of the ticket or item, such as "
                                                                    "channel: [email]; without conditions always."))),
              required(formatted(Format::filled_list,
                                 document("actions", "What is done, in order, such as [{assign_team: tier-1}]."))),
              yes_or_no("enabled", "true", "Whether it runs."),
              defaults_to(
                  "3", between(1, 20,
                               integer("max_depth",
                                       "How many automations may set each other off before this one stops, 1 to 20."))),
              defaults_to("1000", positive(integer("run_budget", "Runs per hour after which it stops."))),
              position("Order of execution."),
          },
  };
}

Kind forms() {
  return {
      .name = "forms",
      .table = "app.forms",
      .key_column = "key",
      .summary = "Intake forms of the portal.",
      .fields =
          {
              name_shown(),
              text("description", "Introduction above the form."),
              defaults_to("\"ticket\"", choice("creates", "What a submission becomes.", {"ticket", "item"})),
              reference("project", "project_id", "projects",
                        "Project that items are created in; needed where the form creates items."),
              required(formatted(
                  Format::filled_list,
                  document("fields",
                           "Questions in order, such as [{field: subject, label: Subject, required: true}]."))),
              yes_or_no("published", "false", "Whether the portal offers it."),
              position("Order in the portal."),
          },
  };
}

Kind email_templates() {
  return {
      .name = "email_templates",
      .table = "app.email_templates",
      .key_column = "key",
      .summary = "Texts of the mails that the tenant sends, with placeholders such as {{name}}.",
      .fields =
          {
              text("description", "When the mail is sent, in one sentence."),
              required(formatted(Format::line, text("subject", "Subject line."))),
              required(stored_as("body_text",
                                 at_most(100'000, formatted(Format::filled, text("text", "Body as plain text."))))),
              stored_as("body_html",
                        at_most(100'000, text("html", "Body as HTML; without it the mail is plain text only."))),
          },
  };
}

Kind kb_categories() {
  return {
      .name = "kb_categories",
      .table = "app.kb_categories",
      .key_column = "key",
      .summary = "Sections of the knowledge base.",
      .fields =
          {
              name_shown(),
              text("description", "What its articles are about, in one sentence."),
              yes_or_no("portal_visible", "true", "Whether contacts see it in the portal."),
              position("Order in lists."),
          },
  };
}

Kind settings() {
  return {
      .name = "settings",
      .table = "app.settings",
      .key_column = "key",
      .summary = "Single settings of the organization, such as branding, locale, support address and sign-in.",
      .fields =
          {
              // A logo may be written out.
              at_most(262'144, required(document(
                                   "value", "The setting: a string, a number, true or false, a list or a mapping."))),
          },
      .value_only = true,
  };
}

Kind protections() {
  return {
      .name = "protections",
      .table = "acctl.protections",
      .key_column = "key",
      .summary = "Objects that no run may remove, as kind/key; the list guards.protect of a definitions file.",
      .internal = true,
  };
}

}  // namespace

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      permissions(), roles(),          role_templates(),  users(),         teams(),         statuses(),
      priorities(),  business_hours(), sla_policies(),    projects(),      custom_fields(), views(),
      automations(), forms(),          email_templates(), kb_categories(), settings(),      protections()};
  return all;
}

const Kind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(kinds(), name, &Kind::name);
  return found == kinds().end() ? nullptr : &*found;
}

const std::vector<std::string_view>& permission_levels() {
  static const std::vector<std::string_view> all = {"global", "group", "restricted"};
  return all;
}

const std::vector<EdgeKind>& edge_kinds() {
  static const std::vector<EdgeKind> all = [] {
    std::vector<EdgeKind> edges;
    for (const Kind& kind : kinds()) {
      for (const List& list : kind.lists) edges.push_back({&kind, &list});
    }
    return edges;
  }();
  return all;
}

const EdgeKind* find_edge_kind(std::string_view name) {
  const auto found = std::ranges::find(edge_kinds(), name, [](const EdgeKind& edge) { return edge.list->kind; });
  return found == edge_kinds().end() ? nullptr : &*found;
}

std::pair<std::string, std::string> split_edge(const EdgeKind& kind, const std::string& key) {
  // The part before the @ of an e-mail address may have slashes.
  const std::size_t slash = kind.owner->name == "users" ? key.rfind('/') : key.find('/');
  return {key.substr(0, slash), key.substr(slash + 1)};
}

std::string edge_key(const std::string& owner, const std::string& target) { return owner + "/" + target; }

}  // namespace acctl
