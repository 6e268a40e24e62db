#include "provisioning/database/taken_along.hpp"

#include <array>
#include <functional>
#include <map>
#include <set>

#include "provisioning/base/text.hpp"
#include "provisioning/database/key_sql.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Fate = TakenAlong::Fate;

constexpr std::array all_dependents = {
    Dependent{"users", "app.api_keys", "user_id", "API key"},
    Dependent{"users", "app.api_keys", "created_by", "API key of others", Fate::ended,
              "x.revoked_at is null and x.user_id is distinct from o.id"},
    Dependent{"users", "app.sessions", "user_id", "session"},
    Dependent{"users", "app.credentials", "user_id", "password"},
    Dependent{"users", "app.invitations", "user_id", "invitation"},
    Dependent{"users", "app.outbox", "user_id", "message"},
    Dependent{"users", "app.notifications", "user_id", "notification"},
    Dependent{"users", "acctl.enterprise_holdings", "user_id", "enterprise grant"},
    Dependent{"users", "app.tickets", "assignee_id", "ticket", Fate::released},
    Dependent{"users", "app.items", "assignee_id", "item", Fate::released},
    Dependent{"users", "app.ticket_followers", "user_id", "followed ticket", Fate::released},
    Dependent{"users", "app.item_followers", "user_id", "followed item", Fate::released},
    Dependent{"teams", "app.tickets", "team_id", "ticket", Fate::released},
    Dependent{"teams", "app.items", "team_id", "item", Fate::released},
    Dependent{"roles", "app.api_keys", "role_id", "API key", Fate::ended, "x.revoked_at is null"},
    Dependent{"forms", "app.tickets", "form_id", "ticket", Fate::released},
    Dependent{"sla_policies", "app.tickets", "sla_policy_id", "ticket", Fate::released},
    Dependent{"automations", "app.automation_runs", "automation_id", "run"},
    Dependent{"automations", "app.activity", "automation_id", "activity record", Fate::released},
};

// What app.end_access() and acctl.end_keys_made() end with a user who is suspended, and undo does not open again.
constexpr std::string_view open_key = "x.revoked_at is null and (x.expires_at is null or x.expires_at > now())";
constexpr std::string_view open_key_of_others =
    "x.revoked_at is null and (x.expires_at is null or x.expires_at > now()) and x.user_id is distinct from o.id";
constexpr std::array ended_by_suspension = {
    Dependent{"users", "app.api_keys", "user_id", "API key", Fate::ended, open_key},
    Dependent{"users", "app.api_keys", "created_by", "API key of others", Fate::ended, open_key_of_others},
    Dependent{"users", "app.sessions", "user_id", "session", Fate::ended,
              "x.ended_at is null and x.expires_at > now()"},
    Dependent{"users", "app.invitations", "user_id", "invitation", Fate::ended,
              "x.accepted_at is null and x.revoked_at is null and x.expires_at > now()"},
};

// The sample that a tenant begins with goes with what it is made of (app.drop_sample()).
struct Sample {
  std::string_view kind;
  std::string_view column;  // of app.items; "" for articles
};
constexpr std::array samples = {Sample{"projects", "project_id"}, Sample{"statuses", "status_id"},
                                Sample{"priorities", "priority_id"}, Sample{"kb_categories", ""}};

// The sample that nobody has touched goes with the object.
constexpr std::string_view real_item = "not (x.sample and app.is_untouched_tree(x))";
constexpr std::string_view move_items =
    "Move the items to another project or delete them first, in the application; or "
    "keep the project, archived.";
constexpr std::string_view other_status = "Give what has the status another one first, in the application.";
constexpr std::string_view other_priority = "Give what has the priority another one first, in the application.";
constexpr std::string_view no_values = "Change or remove the values first, in the application.";

constexpr std::array all_holders = {
    Holder{"projects", "app.items", "project_id", "item", move_items, real_item},
    Holder{"statuses", "app.items", "status_id", "item", other_status, real_item},
    Holder{"statuses", "app.tickets", "status_id", "ticket", other_status},
    Holder{"priorities", "app.items", "priority_id", "item", other_priority, real_item},
    Holder{"priorities", "app.tickets", "priority_id", "ticket", other_priority},
    Holder{"custom_fields", "app.item_field_values", "field_id", "item value", no_values},
    Holder{"custom_fields", "app.ticket_field_values", "field_id", "ticket value", no_values},
    Holder{"kb_categories", "app.kb_articles", "category_id", "article",
           "Move the articles to another category or delete them first, in the application.",
           "not (x.sample and x.updated_at = x.created_at)"},
};

// The keys that are removed, by kind.
std::map<std::string, TextArray> removed_keys(const std::vector<Change>& changes) {
  std::map<std::string, TextArray> keys;
  for (const Change& change : changes) {
    if (change.action == Action::remove && find_kind(change.kind) != nullptr) keys[change.kind].add(change.old_key());
  }
  return keys;
}

// The users who are suspended, by the addresses that they have before.
TextArray suspended_keys(const std::vector<Change>& changes) {
  TextArray keys;
  for (const Change& change : changes) {
    if (change.kind != "users" || change.action != Action::change) continue;
    const auto status = change.fields.find("status");
    if (status != change.fields.end() && status->second.after == "suspended") keys.add(change.old_key());
  }
  return keys;
}

std::string dependents_sql(const Dependent& one, const std::string& keys) {
  const Kind& kind = *find_kind(one.kind);
  return "select " + quoted_literal(one.kind) + ", " + key_sql(kind, "o") + ", " + quoted_literal(one.what) + ", " +
         std::to_string(static_cast<int>(one.fate)) + ", count(*) from " + std::string(one.table) + " x join " +
         std::string(kind.table) + " o on o.id = x." + std::string(one.column) + " where " + key_sql(kind, "o") +
         " = any (" + keys + ") and " + std::string(one.only) + " group by o.id";
}

std::string sample_sql(const Sample& one, const std::string& keys) {
  const std::string kind(one.kind);
  if (one.column.empty()) {
    return "select '" + kind + "', o.key, 'sample article', 0, count(*) from app." + kind +
           " o join app.kb_articles a on a.category_id = o.id where o.key = any (" + keys +
           ") and a.sample and a.updated_at = a.created_at group by o.id";
  }
  return "select '" + kind + "', t.key, 'sample item', 0, count(*) from (with recursive tree(key, id) as (" +
         "select o.key, i.id from app." + kind + " o join app.items i on i." + std::string(one.column) +
         " = o.id where o.key = any (" + keys + ") and app.is_untouched_tree(i) union " +
         "select t.key, s.id from tree t join app.items s on s.parent_id = t.id) select * from tree) t group by t.key";
}

// The keys of objects that are to apply to something else, by kind.
std::map<std::string, TextArray> redirected_keys(const std::vector<Change>& changes) {
  std::map<std::string, TextArray> keys;
  for (const Change& change : changes) {
    if (change.action == Action::change && change.fields.contains("applies_to"))
      keys[change.kind].add(change.old_key());
  }
  return keys;
}

std::string holders_sql(const Holder& one, const std::string& keys, bool removed) {
  const Kind& kind = *find_kind(one.kind);
  const std::string key = key_sql(kind, "o");
  return "select " + quoted_literal(one.kind) + " || '/' || " + key +
         (removed ? " || ' cannot be removed'" : " || ' cannot apply to something else'") + ", " +
         quoted_literal(one.what) + ", " + quoted_literal(one.way_out) + ", count(*) from " + std::string(one.table) +
         " x join " + std::string(kind.table) + " o on o.id = x." + std::string(one.column) + " where " + key +
         " = any (" + keys + ") and " + (removed ? std::string(one.only) : "true") + " group by o.id";
}

// Custom fields that get another type or other options, as they would be; the trigger keep_values decides in the end.
nlohmann::json retyped_fields(const std::vector<Change>& changes) {
  nlohmann::json fields = nlohmann::json::array();
  for (const Change& change : changes) {
    if (change.kind != "custom_fields" || change.action != Action::change) continue;
    nlohmann::json wanted = {{"key", change.old_key()}};
    for (const Field& field : find_kind(change.kind)->fields) {
      const auto value = change.fields.find(std::string(field.name));
      if ((field.name != "type" && field.name != "options") || value == change.fields.end()) continue;
      const nlohmann::json& after = value->second.after;
      wanted[std::string(field.name)] = after.is_null() ? nlohmann::json::parse(field.fallback) : after;
    }
    if (wanted.size() > 1) fields.push_back(std::move(wanted));
  }
  return fields;
}

std::string retyped_sql(const std::string& fields) {
  return "select 'custom_fields/' || f.key || ' cannot get this type or these options', 'unsuitable value', " +
         quoted_literal(no_values) + ", count(*) from jsonb_to_recordset(" + fields +
         "::jsonb) as w(key text, type text, options jsonb) join app.custom_fields f on f.key = w.key cross join lateral "
         "(select v.value from app.ticket_field_values v where v.field_id = f.id union all select v.value from "
         "app.item_field_values v where v.field_id = f.id) x where app.value_problem(coalesce(w.type, f.type), "
         "coalesce(w.options, f.options), x.value) is not null and app.value_problem(f.type, f.options, x.value) is null "
         "group by f.id";
}

}  // namespace

std::span<const Dependent> dependents() { return all_dependents; }

std::span<const Holder> holders() { return all_holders; }

std::vector<Obstacle> find_obstacles(Connection& tenant, const std::vector<Change>& changes) {
  std::vector<Param> parameters;
  std::string sql;
  const auto add = [&](const std::string& part) { sql += (sql.empty() ? "" : " union all ") + part; };
  for (const bool removed : {true, false}) {
    for (const auto& [kind, keys] : removed ? removed_keys(changes) : redirected_keys(changes)) {
      const std::size_t before = sql.size();
      const std::string parameter = "$" + std::to_string(parameters.size() + 1) + "::text[]";
      for (const Holder& one : all_holders) {
        if (one.kind == kind) add(holders_sql(one, parameter, removed));
      }
      if (sql.size() > before) parameters.emplace_back(keys.literal());
    }
  }
  if (const nlohmann::json fields = retyped_fields(changes); !fields.empty()) {
    add(retyped_sql("$" + std::to_string(parameters.size() + 1)));
    parameters.emplace_back(fields.dump());
  }
  std::vector<Obstacle> all;
  if (sql.empty()) return all;
  const Rows rows = tenant.query((sql + " order by 1, 2").c_str(), parameters);
  for (int row = 0; row < rows.size(); ++row) {
    all.push_back({.change = std::string(rows.text(row, 0)),
                   .what = std::string(rows.text(row, 1)),
                   .count = rows.integer(row, 3),
                   .way_out = std::string(rows.text(row, 2))});
  }
  return all;
}

std::vector<TakenAlong> find_taken_along(Connection& tenant, const std::vector<Change>& changes) {
  std::vector<TakenAlong> all;
  std::vector<Param> parameters;
  std::string sql;
  const auto add = [&](const TextArray& keys, const std::function<void(const std::string& parameter)>& add_parts) {
    const std::size_t before = sql.size();
    add_parts("$" + std::to_string(parameters.size() + 1) + "::text[]");
    if (sql.size() > before) parameters.emplace_back(keys.literal());
  };
  const auto add_part = [&](const std::string& part) { sql += (sql.empty() ? "" : " union all ") + part; };
  for (const auto& [kind, keys] : removed_keys(changes)) {
    add(keys, [&, &of = kind](const std::string& parameter) {
      for (const Dependent& one : all_dependents) {
        if (one.kind == of) add_part(dependents_sql(one, parameter));
      }
      for (const Sample& one : samples) {
        if (one.kind == of) add_part(sample_sql(one, parameter));
      }
    });
  }
  if (const TextArray keys = suspended_keys(changes); !keys.empty()) {
    add(keys, [&](const std::string& parameter) {
      for (const Dependent& one : ended_by_suspension) add_part(dependents_sql(one, parameter));
    });
  }
  if (sql.empty()) return all;
  for (const Row row : tenant.query((sql + " order by 1, 2, 4, 3").c_str(), parameters)) {
    all.push_back({.object = row.text(0) + "/" + row.text(1),
                   .what = row.text(2),
                   .count = row.integer(4),
                   .fate = static_cast<Fate>(row.integer(3))});
  }
  return all;
}

std::string describe_lost(const std::vector<TakenAlong>& taken) {
  struct Sum {
    std::int64_t rows = 0;
    std::set<std::string> objects;
  };
  std::map<std::pair<std::string, std::string>, Sum> sums;  // by kind and what
  for (const TakenAlong& one : taken) {
    if (one.fate == Fate::released) continue;
    Sum& sum = sums[{one.object.substr(0, one.object.find('/')), one.what}];
    sum.rows += one.count;
    sum.objects.insert(one.object);
  }
  std::vector<std::string> words;
  for (const auto& [of, sum] : sums) {
    const bool one = sum.objects.size() == 1;
    words.push_back(counted(static_cast<std::size_t>(sum.rows), of.second) + " of " +
                    (one ? *sum.objects.begin() : std::to_string(sum.objects.size()) + " " + of.first));
  }
  return words.empty() ? "" : std::string(not_restorable) + join(words);
}

}  // namespace acctl
