#include "provisioning/tenants/request_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

const std::map<std::string, std::string TenantRequest::*>& text_fields() {
  static const std::map<std::string, std::string TenantRequest::*> fields = {
      {"slug", &TenantRequest::slug},
      {"name", &TenantRequest::name},
      {"admin_email", &TenantRequest::admin_email},
      {"admin_name", &TenantRequest::admin_name},
      {"plan", &TenantRequest::plan},
      {"pack", &TenantRequest::pack},
      {"server", &TenantRequest::server},
      {"region", &TenantRequest::region},
      {"enterprise", &TenantRequest::enterprise},
      {"domain", &TenantRequest::domain},
  };
  return fields;
}

// Fields that are settings by themselves, and what the settings are called.
const std::map<std::string, std::string>& setting_fields() {
  static const std::map<std::string, std::string> fields = {
      {"subscription", "subscription"}, {"trial_ends", "trial_ends_at"}, {"notes", "notes"}};
  return fields;
}

std::vector<std::string> field_names() {
  std::vector<std::string> names = {"seats", "labels", "features", "limits"};
  for (const auto& [name, setting] : setting_fields()) names.push_back(name);
  for (const auto& [name, member] : text_fields()) names.push_back(name);
  return names;
}

class RequestCollector {
 public:
  explicit RequestCollector(const std::string& file) : file_(file) {}

  void complain(int line, int column, const std::string& message) {
    if (problems_.size() > problem_limit) return;
    const bool last = problems_.size() == problem_limit;
    problems_.push_back({file_, line, column, last ? "further problems are not shown" : message});
  }

  // About a value of the row that is read: what else is wrong with it follows from this.
  void complain_about(const std::string& field, int line, int column, const std::string& message) {
    complain(line, column, message);
    wrong_.insert(field);
  }

  // Where a value of the row stands, called as in a FieldProblem.
  void note(RegistryRow& row, const std::string& field, int line, int column) {
    row.places[field] = {.file = file_, .line = line, .column = column};
  }

  void set(RegistryRow& row, const std::string& name, const std::string& value, int line, int column) {
    TenantRequest& request = row.request;
    if (name == "name" && value.empty()) {
      return complain_about(name, line, column, "tenant " + request.slug + ": the name is missing");
    }
    if (const auto field = text_fields().find(name); field != text_fields().end()) {
      request.*(field->second) = value;
      return;
    }
    if (name == "notes" && value.empty()) {
      row.more["notes"] = nullptr;  // cleared
      return;
    }
    if (const auto field = setting_fields().find(name); field != setting_fields().end()) {
      const std::string moment = name == "trial_ends" ? utc_moment(value) : value;
      row.more[field->second] = moment.empty() ? value : moment;
      return;
    }
    std::int64_t seats = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seats);
    // As on the command line: a leading zero is octal to some.
    if (error != std::errc() || end != value.data() + value.size() || (value.size() > 1 && value[0] == '0')) {
      complain_about("seats", line, column, "seats: '" + value + "' is not a whole number");
    } else {
      request.seats = seats;
    }
  }

  void set_label(RegistryRow& row, const std::string& key, const std::string& value, int line, int column) {
    if (!row.request.labels.emplace(key, value).second) complain(line, column, "label " + key + " is given twice");
  }

  void add(RegistryRow row, int line, int column) {
    row.request.line = line;
    note(row, "slug", line, column);
    std::vector<FieldProblem> problems = find_problems(row.request);
    std::ranges::move(find_problems(row.more), std::back_inserter(problems));
    for (const FieldProblem& problem : problems) {
      const Place& place = row.find_place(problem.field);
      if (!wrong_.contains(problem.field)) complain(place.line, place.column, problem.error.what());
    }
    wrong_.clear();
    const std::string& slug = row.request.slug;
    if (!slugs_.insert(slug).second) complain(line, column, "tenant " + slug + " is listed twice");
    rows_.push_back(std::move(row));
  }

  bool sound() const { return problems_.empty(); }

  std::vector<RegistryRow> finish(const std::string& hint = "") {
    if (problems_.empty()) return std::move(rows_);
    // In the order of the file; that there are more is said last.
    const auto told = static_cast<std::ptrdiff_t>(std::min(problems_.size(), problem_limit));
    std::stable_sort(problems_.begin(), problems_.begin() + told, [](const Diagnostic& a, const Diagnostic& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    throw Error(ErrorKind::invalid, file_ + " is not valid; nothing was changed", hint, std::move(problems_));
  }

 private:
  std::string file_;
  std::vector<RegistryRow> rows_;
  std::set<std::string> slugs_;
  std::set<std::string> wrong_;  // fields of the row that is read
  std::vector<Diagnostic> problems_;
};

// Says so if it is not: a list, or a word that other readers of YAML take for something else.
bool is_one_text(RequestCollector& collector, const std::string& field, const std::string& what,
                 const YamlNode& value) {
  if (value.type != YamlNode::Type::scalar) {
    collector.complain_about(field, value.line, value.column, what + " takes one value");
    return false;
  }
  if (is_text(value)) return true;
  collector.complain_about(field, value.line, value.column,
                           what + " takes text; write \"" + value.text + "\" in quotes");
  return false;
}

void read_labels(RequestCollector& collector, RegistryRow& row, const YamlNode& labels) {
  if (labels.type != YamlNode::Type::mapping)
    return collector.complain(labels.line, labels.column, "labels takes a mapping");
  for (const auto& [key, value] : labels.entries) {
    collector.note(row, "label." + key.text, value.line, value.column);
    if (is_one_text(collector, "label." + key.text, "the label " + key.text, value))
      row.request.labels[key.text] = value.text;
  }
  row.more["whole"].push_back("label");
}

// {sso: true}, {projects: 20, storage_bytes: ~}: what the mapping does not have is as the plan says.
void read_overrides(RequestCollector& collector, RegistryRow& row, const std::string& group, const YamlNode& values) {
  if (values.type != YamlNode::Type::mapping)
    return collector.complain(values.line, values.column, group + "s takes a mapping");
  for (const auto& [key, value] : values.entries) {
    const bool plain = value.type == YamlNode::Type::scalar && is_plain_data(value);
    const nlohmann::json read = plain ? nlohmann::json(to_json(value)) : nlohmann::json("");
    collector.note(row, group + "." + key.text, key.line, key.column);
    const bool fits = group == "feature" ? read.is_boolean() : read.is_null() || read.is_number_integer();
    if (fits) {
      row.more[group + "." + key.text] = read.is_null() ? nlohmann::json("none") : read;
    } else {
      collector.complain(value.line, value.column,
                         group == "feature" ? "the feature " + key.text + " takes true or false"
                                            : "the limit " + key.text + " takes a whole number, or ~ for no limit");
    }
  }
  row.more["whole"].push_back(group);
}

void read_yaml_field(RequestCollector& collector, RegistryRow& row, const YamlNode& name, const YamlNode& value) {
  if (name.text == "labels") return read_labels(collector, row, value);
  if (name.text == "features") return read_overrides(collector, row, "feature", value);
  if (name.text == "limits") return read_overrides(collector, row, "limit", value);
  std::vector<std::string> known = field_names();
  std::erase(known, "slug");  // it is the key
  if (std::ranges::find(known, name.text) == known.end()) {
    return collector.complain(name.line, name.column,
                              "unknown field '" + name.text + "'" + did_you_mean(name.text, known));
  }
  // Nothing is given, but for notes: they are the one text that a tenant can be without.
  if (value.is_null() && name.text != "notes") return;
  const auto setting = setting_fields().find(name.text);
  const std::string field = setting == setting_fields().end() ? name.text : setting->second;
  collector.note(row, field, value.line, value.column);
  if (value.is_null()) return collector.set(row, name.text, "", value.line, value.column);
  if (value.type != YamlNode::Type::scalar) {
    return collector.complain_about(field, value.line, value.column, name.text + " takes one value");
  }
  if (name.text != "seats") is_one_text(collector, field, name.text, value);
  collector.set(row, name.text, value.text, value.line, value.column);
}

std::string read_manager(RequestCollector& collector, const YamlNode& value) {
  if (!is_one_text(collector, "manager", "manager", value)) return "";
  try {
    check_key("the manager", value.text);
  } catch (const Error& error) {
    collector.complain(value.line, value.column, error.what());
  }
  return value.text;
}

RegistryFile read_yaml_rows(std::string_view text, const std::string& file) {
  RegistryFile registry;
  const YamlNode root = read_yaml(text, file);
  RequestCollector collector(file);
  const YamlNode* version = root.find("acctl");
  if (version == nullptr || version->text != "1") throw problem_at(file, root, "the file must start with `acctl: 1`");
  const YamlNode* tenants = root.find("tenants");
  if (tenants == nullptr || tenants->type != YamlNode::Type::mapping) {
    throw problem_at(file, tenants == nullptr ? root : *tenants, "`tenants:` with a mapping of slugs is missing");
  }
  for (const auto& [key, value] : root.entries) {
    if (key.text == "acctl" || key.text == "tenants") continue;
    if (key.text == "manager") {
      registry.manager = read_manager(collector, value);
      continue;
    }
    collector.complain(key.line, key.column,
                       "unknown key '" + key.text + "'" + did_you_mean(key.text, {"manager", "tenants"}));
  }
  for (const auto& [slug, fields] : tenants->entries) {
    RegistryRow row{.request = {.slug = slug.text}};
    if (fields.type != YamlNode::Type::mapping) {
      collector.complain(fields.line, fields.column, "tenant " + slug.text + " takes a mapping of its fields");
      continue;
    }
    for (const auto& [name, value] : fields.entries) read_yaml_field(collector, row, name, value);
    collector.add(std::move(row), slug.line, slug.column);
  }
  registry.rows = collector.finish();
  return registry;
}

constexpr std::string_view label_prefix = "label.";
constexpr std::string_view unread = "not read";

bool is_label(const std::string& header) { return column_name(header).starts_with(label_prefix); }

// "tier=gold, region=eu", as `tenant list` writes it.
void read_label_cell(RequestCollector& collector, RegistryRow& row, const std::string& cell, int line) {
  constexpr std::string_view between = ",; ";
  for (std::size_t at = cell.find_first_not_of(between); at < cell.size(); at = cell.find_first_not_of(between, at)) {
    const std::size_t end = std::min(cell.find_first_of("=,;", at), cell.size());
    const std::string key = cell.substr(at, end - at);
    at = end;
    if (at == cell.size() || cell[at] != '=') {
      collector.complain(line, 0, "labels: '" + key + "' is not KEY=VALUE");
    } else if (const std::optional<std::string> value = read_list_entry(cell, ++at, ",;")) {
      collector.set_label(row, key, *value, line, 0);
    } else {
      collector.complain(line, 0, "labels: the value of " + key + " must end with its closing double quote");
      return;  // where the next label begins is not known
    }
  }
}

// The columns of the table that are no labels, nullptr for labels. Against the header and not against the rows: a cell
// that is empty says nothing of its column.
std::vector<const CsvColumn*> check_columns(RequestCollector& collector, const CsvTable& table,
                                            const std::string& file) {
  CsvTable others{.header_line = table.header_line, .header = {}, .rows = {}};
  for (const std::string& header : table.header) {
    if (!is_label(header)) others.header.push_back(header);
  }
  std::vector<Diagnostic> problems;
  const std::vector<const CsvColumn*> found = find_columns(tenant_columns(), others, file, problems);
  for (const Diagnostic& problem : problems) collector.complain(problem.line, problem.column, problem.message);
  for (const std::string& header : table.header) {
    if (!is_label(header)) continue;
    try {
      check_label(header.substr(label_prefix.size()), "");
    } catch (const Error& error) {
      collector.complain(table.header_line, 0, error.what());
    }
  }
  std::vector<const CsvColumn*> columns;
  auto next = found.begin();
  for (const std::string& header : table.header) columns.push_back(is_label(header) ? nullptr : *next++);
  return columns;
}

void read_cell(RequestCollector& collector, RegistryRow& row, const CsvColumn* column, const std::string& header,
               const std::string& cell, int line) {
  if (column == nullptr) {
    collector.set_label(row, header.substr(label_prefix.size()), cell, line, 0);
  } else if (column->name == "labels") {
    read_label_cell(collector, row, cell, line);
  } else if (column->help != unread) {
    collector.set(row, std::string(column->name), cell, line, 0);
  }
}

std::vector<RegistryRow> read_csv_rows(std::string_view text, const std::string& file,
                                       const std::vector<std::string>& ignored) {
  const CsvTable table = read_csv(text, file, ignored);
  RequestCollector collector(file);
  const std::vector<const CsvColumn*> columns = check_columns(collector, table, file);
  if (!collector.sound()) return collector.finish(std::string(ignore_hint));  // each row would only repeat it
  for (const CsvRow& row : table.rows) {
    RegistryRow read;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!row.cells[i].empty()) read_cell(collector, read, columns[i], table.header[i], row.cells[i], row.line);
    }
    if (!read.request.labels.empty()) read.more["whole"].push_back("label");
    collector.add(std::move(read), row.line, 0);
  }
  return collector.finish();
}

bool is_csv(const std::string& file, const std::string& format) {
  if (!format.empty()) return format == "csv";
  const std::string name = column_name(file);  // in lower case
  return name.ends_with(".csv") || name.ends_with(".tsv");
}

}  // namespace

const std::vector<CsvColumn>& tenant_columns() {
  static const std::vector<CsvColumn> all = {
      {.name = "slug", .help = "label of the host name", .required = true},
      {.name = "name", .help = "display name of the organization; a new tenant needs one"},
      {.name = "admin_email",
       .help = "address of the first administrator; a new tenant needs one",
       .other_names = {"admin_e_mail"}},
      {.name = "admin_name", .help = "name of the first administrator"},
      {.name = "plan", .help = "key of a plan"},
      {.name = "seats", .help = "maximum number of users", .other_names = {"seats_limit"}},
      {.name = "pack", .help = "template pack"},
      {.name = "server", .help = "server to place the tenant on"},
      {.name = "region", .help = "region to place the tenant in"},
      {.name = "enterprise", .help = "key of an enterprise"},
      {.name = "domain", .help = "custom host name"},
      {.name = "labels",
       .help = "KEY=VALUE, several separated by commas or semicolons; a VALUE that has one in double quotes"},
      {.name = "subscription", .help = "trialing, active, past_due or canceled"},
      {.name = "trial_ends", .help = "end of the trial, as a time", .other_names = {"trial_ends_at"}},
      {.name = "notes", .help = "notes for staff"},
      {.name = "status", .help = unread},
      {.name = "seats_used", .help = unread},
      {.name = "seats_as_of", .help = unread, .other_names = {"seats_seen"}},
      {.name = "created_at", .help = unread, .other_names = {"created"}},
      {.name = "activated_at", .help = unread, .other_names = {"activated"}},
      {.name = "database", .help = unread},
      {.name = "schema_version", .help = unread},
      {.name = "hostnames", .help = unread, .other_names = {"host_names"}},
      {.name = "support_address", .help = unread},
      {.name = "storage", .help = unread},
  };
  return all;
}

const Place& RegistryRow::find_place(const std::string& field) const {
  const auto found = places.find(field);
  return found == places.end() ? places.at("slug") : found->second;
}

RegistryFile read_registry_file(std::string_view text, const std::string& file, const RequestFileOptions& options) {
  if (is_csv(file, options.format)) return {.rows = read_csv_rows(text, file, options.ignored_columns)};
  if (options.ignored_columns.empty()) return read_yaml_rows(text, file);
  throw Error(ErrorKind::invalid, "--ignore-columns is for CSV files, and " + file + " is read as YAML",
              "Add --format csv if it is CSV.");
}

TenantSettings declared_settings(const RegistryRow& row) {
  const TenantRequest& request = row.request;
  TenantSettings declared = row.more;
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) declared[name] = value;
  };
  set("name", request.name);
  set("admin_email", request.admin_email);
  set("admin_name", request.admin_name);
  set("plan", request.plan);
  if (request.seats) declared["seats"] = *request.seats;
  for (const auto& [key, value] : request.labels) declared["label." + key] = value;
  if (!request.domain.empty()) declared["domain." + request.domain] = "unverified";
  return declared;
}

}  // namespace acctl
