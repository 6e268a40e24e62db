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

  void add(TenantRequest request, int line, int column) {
    try {
      check(request);
      if (!slugs_.insert(request.slug).second) complain(line, column, "tenant " + request.slug + " is listed twice");
      requests_.push_back(std::move(request));
    } catch (const Error& error) {
      complain(line, column, error.what());
    }
  }

  bool sound() const { return problems_.empty(); }

  std::vector<TenantRequest> finish() {
    if (problems_.empty()) return std::move(requests_);
    throw Error(ErrorKind::invalid, file_ + " is not valid; nothing was provisioned", "", std::move(problems_));
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

// Against the header and not against the rows: a cell that is empty says nothing of its column.
void check_columns(RequestCollector& collector, const CsvTable& table) {
  std::vector<std::string> known = field_names();
  std::erase(known, "labels");
  for (const std::string& name : table.header) {
    if (name.starts_with(label_prefix) || std::ranges::find(known, name) != known.end()) continue;
    collector.complain(1, 0, "unknown column '" + name + "'" + did_you_mean(name, known));
  }
  for (const char* name : {"slug", "name", "admin_email"}) {
    if (std::ranges::find(table.header, name) == table.header.end()) {
      collector.complain(1, 0, std::string("the column '") + name + "' is missing");
    }
  }
}

std::vector<TenantRequest> read_csv_requests(std::string_view text, const std::string& file) {
  const CsvTable table = read_csv(text, file);
  RequestCollector collector(file);
  check_columns(collector, table);
  if (!collector.sound()) return collector.finish();  // each row would only repeat it
  for (const CsvRow& row : table.rows) {
    TenantRequest request;
    for (std::size_t i = 0; i < table.header.size(); ++i) {
      const std::string& name = table.header[i];
      if (row.cells[i].empty()) continue;
      if (name.starts_with(label_prefix)) {
        request.labels[name.substr(label_prefix.size())] = row.cells[i];
      } else {
        collector.set(request, name, row.cells[i], row.line, 0);
      }
    }
    collector.add(std::move(request), row.line, 0);
  }
  return collector.finish();
}

}  // namespace

std::vector<TenantRequest> read_requests(std::string_view text, const std::string& file) {
  return file.ends_with(".csv") ? read_csv_requests(text, file) : read_yaml_requests(text, file);
}

}  // namespace acctl
