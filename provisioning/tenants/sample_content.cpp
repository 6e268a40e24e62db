#include "provisioning/tenants/sample_content.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/error.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/tenants/sample_content.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

std::int64_t count_items(const Json& items) {
  std::int64_t count = 0;
  for (const Json& item : items) count += 1 + static_cast<std::int64_t>(item.value("subtasks", Json::array()).size());
  return count;
}

std::int64_t count_blockers(const Json& items) {
  std::int64_t count = 0;
  for (const Json& item : items) count += static_cast<std::int64_t>(item.value("blocked_by", Json::array()).size());
  return count;
}

}  // namespace

void write_sample(Connection& database, const Pack& pack) {
  const std::string name = "sample of pack " + std::string(pack.name);
  const Json sample = to_json(read_yaml(pack.sample, name));
  const std::string text = sample.dump();
  Transaction transaction(database);
  const std::int64_t items = transaction.query(sql::add_sample_items, {text}).integer(0, 0);
  transaction.query(sql::place_sample_subtasks);
  const std::int64_t blockers = transaction.query(sql::add_sample_dependencies, {text}).integer(0, 0);
  const std::int64_t articles = transaction.query(sql::add_sample_articles, {text}).integer(0, 0);
  if (items != count_items(sample["items"]) || blockers != count_blockers(sample["items"]) ||
      articles != static_cast<std::int64_t>(sample["articles"].size())) {
    throw Error(ErrorKind::failed, name + ": it names what the pack does not seed");
  }
  transaction.commit();
}

}  // namespace acctl
