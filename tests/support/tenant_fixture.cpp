#include "tests/support/tenant_fixture.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

namespace acctl::test {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string rows_of(const TestPlatform& acctl, const std::string& tenant, const std::string& condition) {
  return acctl.in(tenant,
                  "select c.oid::regclass || query_to_xml(format('select t::text from %s t order by 1', "
                  "c.oid::regclass), true, false, '')::text from pg_class c where c.relkind = 'r' and "
                  "c.relnamespace in ('app'::regnamespace, 'acctl'::regnamespace)" +
                      condition + " order by 1");
}

}  // namespace

TenantFixture::TenantFixture(const ClusterOptions& options) : acctl(options) { acctl.create("acme"); }

std::string TenantFixture::file(const std::string& text, const std::string& name) const {
  const std::string path = acctl.folder.path() + "/" + name;
  put_file(path, "acctl: 1\n" + text);
  return path;
}

Result TenantFixture::apply(const std::string& text, const std::vector<std::string>& more) const {
  return (*this)(joined({"apply", "-f", file(text), "--yes"}, more));
}

std::string TenantFixture::applied(const std::string& text, const std::vector<std::string>& more) const {
  const Result result = apply(text, joined({"-o", "json"}, more));
  if (result.status != 0) throw std::runtime_error("apply ended with " + std::to_string(result.status) + result.err);
  return result.json().value("run", "");
}

Result TenantFixture::plan(const std::string& text, const std::vector<std::string>& more) const {
  return (*this)(joined({"plan", "-f", file(text)}, more));
}

Json TenantFixture::planned(const std::string& text, const std::vector<std::string>& more) const {
  const Result result = plan(text, joined({"-o", "json"}, more));
  if (result.out.empty()) throw std::runtime_error("plan ended with " + std::to_string(result.status) + result.err);
  return result.json();
}

Result TenantFixture::operator()(std::vector<std::string> words, const std::string& input) const {
  return acctl(joined(std::move(words), {"-t", "acme"}), input);
}

Json TenantFixture::json(std::vector<std::string> words) const {
  return acctl.json(joined(std::move(words), {"-t", "acme"}));
}

std::string TenantFixture::in(const std::string& sql) const { return acctl.in("acme", sql); }

void TenantFixture::by_hand(const std::string& sql) const {
  Connection(acctl.cluster.dsn(acctl.app_role("acme"), "acme"), {}).script(sql);
}

std::string TenantFixture::everything(const std::string& tenant) const { return rows_of(acctl, tenant, ""); }

std::string TenantFixture::configuration(const std::string& tenant) const {
  return rows_of(acctl, tenant, " and c.relname not in ('runs', 'changes')");
}

std::string TenantFixture::complaints() const {
  std::string all;
  for (const std::string& violation : violations({.cluster = acctl.cluster})) all += violation + "\n";
  return all;
}

std::string TenantFixture::permissions_of(const std::string& role) const {
  return in(
      "select coalesce(string_agg(p.key || coalesce(':' || e.level, ''), ' ' order by p.key), '') from app.roles r "
      "join app.role_permissions e on e.role_id = r.id join app.permissions p on p.id = e.permission_id "
      "where r.key = '" +
      role + "'");
}

std::string TenantFixture::members_of(const std::string& team) const {
  return in(
      "select coalesce(string_agg(split_part(u.email, '@', 1), ' ' order by u.email), '') from app.teams t "
      "join app.team_members e on e.team_id = t.id join app.users u on u.id = e.user_id where t.key = '" +
      team + "'");
}

void check_ended(const Result& result, int status, const std::string& part) {
  INFO(result.out << result.err);
  CHECK(result.status == status);
  INFO("expected: " << part);
  CHECK((contains(result.err, part) || contains(result.out, part)));
}

std::string difference(const std::string& before, const std::string& after) {
  const auto lines = [](const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    std::ranges::sort(all);
    return all;
  };
  return difference(lines(before), lines(after));
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string changes_of(const Json& report) {
  std::string text;
  if (report["groups"].empty()) return text;
  for (const Json& change : report["groups"].at(0)["changes"]) {
    text += (text.empty() ? "" : ", ") + change["action"].get<std::string>() + " " + change["kind"].get<std::string>() +
            "/" + change["key"].get<std::string>();
  }
  return text;
}

std::string effects_of(const Json& report) {
  std::string text;
  if (report["groups"].empty()) return text;
  for (const Json& effect : report["groups"].at(0)["effects"]) {
    text += effect["user"].get<std::string>();
    for (const std::string gain : effect["gains"]) text += " +" + gain;
    for (const std::string loss : effect["loses"]) text += " -" + loss;
    text += " (" + effect["via"].get<std::string>() + ")\n";
  }
  return text;
}

}  // namespace acctl::test
