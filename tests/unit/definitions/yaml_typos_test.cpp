// One typo each in a file of every kind of YAML: what libyaml, which read acctl's YAML first, refused is refused, and
// what it accepted means the same. tests/golden/yaml/typos has a line for each:
//   delete|insert|change OFFSET [BYTE] LINE:COLUMN [was LINE:COLUMN]   it is refused there; libyaml said the other
//   place delete|insert|change OFFSET [BYTE] ok SUM                          it is accepted, with that sum of what it
//   means
#include <fstream>
#include <iomanip>
#include <sstream>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "tests/support/catch.hpp"

namespace {

std::string file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(ACCTL_SOURCE "/tests/golden/yaml/" + name).rdbuf();
  return text.str();
}

// What a node means, without its place.
std::string meaning(const acctl::YamlNode& node) {
  if (node.type == acctl::YamlNode::Type::scalar) {
    return (node.quoted ? "q<" : "p<") + acctl::escaped(node.text) + ">";
  }
  std::string all = node.type == acctl::YamlNode::Type::sequence ? "[" : "{";
  for (const acctl::YamlNode& item : node.items) all += meaning(item) + ",";
  for (const acctl::YamlEntry& entry : node.entries) all += meaning(entry.key) + ":" + meaning(entry.value) + ",";
  return all + (node.type == acctl::YamlNode::Type::sequence ? "]" : "}");
}

// FNV-1a.
std::string sum(const std::string& text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  std::ostringstream hex;
  hex << std::hex << std::setw(16) << std::setfill('0') << hash;
  return hex.str();
}

void apply(std::string& text, const std::string& typo, std::istringstream& line) {
  std::size_t at = 0;
  line >> at;
  int byte = 0;
  if (typo != "delete") line >> std::hex >> byte;
  if (typo == "insert") {
    text.insert(at, 1, static_cast<char>(byte));
  } else if (typo == "change") {
    text.at(at) = static_cast<char>(byte);
  } else {
    text.erase(at, 1);
  }
}

}  // namespace

TEST_CASE("a typo is refused where it always was, or means what it always did") {
  const std::string sample = file("sample.yaml");
  std::istringstream typos(file("typos"));
  int count = 0;
  for (std::string text_line; std::getline(typos, text_line); ++count) {
    INFO(text_line);
    std::istringstream line(text_line);
    std::string typo;
    std::string place;
    std::string expected_sum;
    line >> typo;
    std::string text = sample;
    apply(text, typo, line);
    line >> place >> expected_sum;
    std::string found = "ok";
    std::string found_sum;
    try {
      found_sum = sum(meaning(acctl::read_yaml(text, "f")));
    } catch (const acctl::Error& error) {
      const acctl::Diagnostic& first = error.diagnostics().at(0);
      found = std::to_string(first.line) + ":" + std::to_string(first.column);
    }
    CHECK(found == place);
    if (place == "ok") CHECK(found_sum == expected_sum);
  }
  CHECK(count > 800);
}
