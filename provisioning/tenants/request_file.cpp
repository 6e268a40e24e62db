#include "provisioning/tenants/request_file.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/definitions/yaml.hpp"

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

std::vector<std::string> field_names() {
  std::vector<std::string> names = {"seats", "labels"};
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

  void set(TenantRequest& request, const std::string& name, const std::string& value, int line, int column) {
    if (const auto field = text_fields().find(name); field != text_fields().end()) {
      request.*(field->second) = value;
      return;
    }
    std::int64_t seats = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seats);
    // As on the command line: a leading zero is octal to some.
    if (error != std::errc() || end != value.data() + value.size() || (value.size() > 1 && value[0] == '0')) {
      complain(line, column, "seats: '" + value + "' is not a whole number");
    } else {
      request.seats = seats;
    }
  }

  void set_label(TenantRequest& request, const std::string& key, const std::string& value, int line, int column) {
    if (!request.labels.emplace(key, value).second) complain(line, column, "label " + key + " is given twice");
  }

  void add(TenantRequest request, int line, int column, bool without_admin = false) {
    request.line = line;
    try {
      check(request);
      if (!without_admin) require_admin(request);
      if (!slugs_.insert(request.slug).second) complain(line, column, "tenant " + request.slug + " is listed twice");
      requests_.push_back(std::move(request));
    } catch (const Error& error) {
      complain(line, column, error.what());
    }
  }

  bool sound() const { return problems_.empty(); }

  std::vector<TenantRequest> finish(const std::string& hint = "") {
    if (problems_.empty()) return std::move(requests_);
    throw Error(ErrorKind::invalid, file_ + " is not valid; nothing was provisioned", hint, std::move(problems_));
  }

 private:
  std::string file_;
  std::vector<TenantRequest> requests_;
  std::set<std::string> slugs_;
  std::vector<Diagnostic> problems_;
};

// Says so if it is not: a list, or a word that other readers of YAML take for something else.
bool is_one_text(RequestCollector& collector, const std::string& what, const YamlNode& value) {
  if (value.type != YamlNode::Type::scalar) {
    collector.complain(value.line, value.column, what + " takes one value");
    return false;
  }
  if (is_text(value)) return true;
  collector.complain(value.line, value.column, what + " takes text; write \"" + value.text + "\" in quotes");
  return false;
}

void read_labels(RequestCollector& collector, TenantRequest& request, const YamlNode& labels) {
  if (labels.type != YamlNode::Type::mapping)
    return collector.complain(labels.line, labels.column, "labels takes a mapping");
  for (const auto& [key, value] : labels.entries) {
    if (is_one_text(collector, "the label " + key.text, value)) request.labels[key.text] = value.text;
  }
}

void read_yaml_field(RequestCollector& collector, TenantRequest& request, const YamlNode& name, const YamlNode& value) {
  if (name.text == "labels") return read_labels(collector, request, value);
  std::vector<std::string> known = field_names();
  std::erase(known, "slug");  // it is the key
  if (std::ranges::find(known, name.text) == known.end()) {
    return collector.complain(name.line, name.column,
                              "unknown field '" + name.text + "'" + did_you_mean(name.text, known));
  }
  if (value.is_null()) return;
  if (value.type != YamlNode::Type::scalar) {
    return collector.complain(value.line, value.column, name.text + " takes one value");
  }
  if (name.text != "seats") is_one_text(collector, name.text, value);
  collector.set(request, name.text, value.text, value.line, value.column);
}

std::vector<TenantRequest> read_yaml_requests(std::string_view text, const std::string& file) {
  const YamlNode root = read_yaml(text, file);
  RequestCollector collector(file);
  const YamlNode* version = root.find("acctl");
  if (version == nullptr || version->text != "1") throw problem_at(file, root, "the file must start with `acctl: 1`");
  const YamlNode* tenants = root.find("tenants");
  if (tenants == nullptr || tenants->type != YamlNode::Type::mapping) {
    throw problem_at(file, root, "`tenants:` with a mapping of slugs is missing");
  }
  for (const auto& [key, value] : root.entries) {
    if (key.text == "acctl" || key.text == "tenants") continue;
    collector.complain(key.line, key.column, "unknown key '" + key.text + "'" + did_you_mean(key.text, {"tenants"}));
  }
  for (const auto& [slug, fields] : tenants->entries) {
    TenantRequest request{.slug = slug.text};
    if (fields.type != YamlNode::Type::mapping) {
      collector.complain(fields.line, fields.column, "tenant " + slug.text + " takes a mapping of its fields");
      continue;
    }
    for (const auto& [name, value] : fields.entries) read_yaml_field(collector, request, name, value);
    collector.add(std::move(request), slug.line, slug.column);
  }
  return collector.finish();
}

constexpr std::string_view label_prefix = "label.";

bool is_label(const std::string& header) { return column_name(header).starts_with(label_prefix); }

// "tier=gold, region=eu", as `tenant list` writes it.
void read_label_cell(RequestCollector& collector, TenantRequest& request, const std::string& cell, int line) {
  for (std::size_t start = 0; start <= cell.size();) {
    const std::size_t end = std::min(cell.find_first_of(",;", start), cell.size());
    std::string label = cell.substr(start, end - start);
    label.erase(0, std::min(label.find_first_not_of(' '), label.size()));
    while (label.ends_with(' ')) label.pop_back();
    start = end + 1;
    if (label.empty()) continue;
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos) {
      collector.complain(line, 0, "labels: '" + label + "' is not KEY=VALUE");
    } else {
      collector.set_label(request, label.substr(0, equals), label.substr(equals + 1), line, 0);
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
  std::vector<const CsvColumn*> columns;
  auto next = found.begin();
  for (const std::string& header : table.header) columns.push_back(is_label(header) ? nullptr : *next++);
  return columns;
}

void read_cell(RequestCollector& collector, TenantRequest& request, const CsvColumn* column, const std::string& header,
               const std::string& cell, int line) {
  if (column == nullptr) {
    collector.set_label(request, header.substr(label_prefix.size()), cell, line, 0);
  } else if (column->name == "labels") {
    read_label_cell(collector, request, cell, line);
  } else if (column->name == "seats" || text_fields().contains(std::string(column->name))) {
    collector.set(request, std::string(column->name), cell, line, 0);
  }
}

std::vector<TenantRequest> read_csv_requests(std::string_view text, const std::string& file,
                                             const std::vector<std::string>& ignored) {
  const CsvTable table = read_csv(text, file, ignored);
  RequestCollector collector(file);
  const std::vector<const CsvColumn*> columns = check_columns(collector, table, file);
  if (!collector.sound()) return collector.finish(std::string(ignore_hint));  // each row would only repeat it
  const bool without_admin = std::ranges::none_of(
      columns, [](const CsvColumn* column) { return column != nullptr && column->name == "admin_email"; });
  for (const CsvRow& row : table.rows) {
    TenantRequest request;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!row.cells[i].empty()) {
        read_cell(collector, request, columns[i], table.header[i], row.cells[i], row.line);
      }
    }
    collector.add(std::move(request), row.line, 0, without_admin);
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
      {.name = "name", .help = "display name of the organization", .required = true},
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
      {.name = "labels", .help = "KEY=VALUE, several separated by commas"},
      {.name = "status", .help = "not read"},
      {.name = "seats_used", .help = "not read"},
      {.name = "created_at", .help = "not read", .other_names = {"created"}},
      {.name = "activated_at", .help = "not read", .other_names = {"activated"}},
      {.name = "database", .help = "not read"},
      {.name = "schema_version", .help = "not read"},
      {.name = "hostnames", .help = "not read", .other_names = {"host_names"}},
      {.name = "support_address", .help = "not read"},
      {.name = "storage", .help = "not read"},
  };
  return all;
}

std::vector<TenantRequest> read_requests(std::string_view text, const std::string& file,
                                         const RequestFileOptions& options) {
  if (is_csv(file, options.format)) return read_csv_requests(text, file, options.ignored_columns);
  if (options.ignored_columns.empty()) return read_yaml_requests(text, file);
  throw Error(ErrorKind::invalid, "--ignore-columns is for CSV files, and " + file + " is read as YAML",
              "Add --format csv if it is CSV.");
}

}  // namespace acctl
