#include "tests/support/schema_verdicts.hpp"

#include "provisioning/definitions/yaml.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace acctl::test {

std::vector<std::string> schema_verdicts(const nlohmann::ordered_json& schema,
                                         const std::vector<std::string>& documents) {
  constexpr const char* script =
      "import json, sys, jsonschema\n"
      "given = json.load(sys.stdin)\n"
      "jsonschema.Draft202012Validator.check_schema(given['schema'])\n"
      "validator = jsonschema.Draft202012Validator(given['schema'])\n"
      "json.dump([next((e.json_path + ': ' + e.message for e in validator.iter_errors(d)), '')"
      " for d in given['documents']], sys.stdout)\n";
  nlohmann::json values = nlohmann::json::array();
  for (const std::string& text : documents) values.push_back(to_json(read_yaml(text, "f")));
  const nlohmann::json input = {{"schema", nlohmann::json::parse(schema.dump())}, {"documents", values}};
  const Result result =
      run_program({.words = {"/usr/bin/python3", "-c", script}, .environment = {}, .input = input.dump()});
  INFO(result.err);
  REQUIRE(result.status == 0);
  return nlohmann::json::parse(result.out).get<std::vector<std::string>>();
}

}  // namespace acctl::test
