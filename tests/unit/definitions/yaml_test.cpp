#include "provisioning/definitions/yaml.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"
#include "tests/support/catch.hpp"

using acctl::read_yaml;

namespace {

// "line:column: message" of the problem that reading `text` has.
std::string problem(const std::string& text) {
  try {
    read_yaml(text, "f");
  } catch (const acctl::Error& error) {
    REQUIRE(error.kind() == acctl::ErrorKind::invalid);
    const acctl::Diagnostic& first = error.diagnostics().at(0);
    return std::to_string(first.line) + ":" + std::to_string(first.column) + ": " + first.message;
  }
  return "none";
}

}  // namespace

TEST_CASE("every node knows its place") {
  const acctl::YamlNode root = read_yaml("a: 1\nb:\n  - x\n  - 'no'\n", "f");
  const acctl::YamlNode* list = root.find("b");
  REQUIRE(list != nullptr);
  CHECK(list->items.at(1).line == 4);
  CHECK(list->items.at(1).column == 5);
  CHECK(list->items.at(1).quoted);
  CHECK_FALSE(list->items.at(0).quoted);
}

TEST_CASE("an empty file is an empty document") {
  CHECK(read_yaml("", "f").is_null());
  CHECK(read_yaml("# only a comment\n", "f").is_null());
  CHECK(read_yaml("\xEF\xBB\xBF"
                  "a: 1\n",
                  "f")
            .find("a") != nullptr);
}

TEST_CASE("what makes a file mean something else than it shows is refused with its place") {
  CHECK(problem("a: 1\nb: 2\na: 3\n") == "3:1: duplicate key 'a', first used in line 1");
  CHECK(problem("a: &x 1\nb: *x\n").starts_with("1:4: anchors (&name) are not allowed; write the value out"));
  CHECK(problem("a: !!binary abc\n") == "1:4: tags (!name) are not allowed");
  CHECK(problem("<<: {a: 1}\n").starts_with("1:1: merge keys (<<) are not allowed; write the fields out"));
  CHECK(problem("a: 1\n---\nb: 2\n") == "2:1: only one document is allowed in a file");
  CHECK(problem("? [a, b]\n: 1\n") == "1:3: a key must be a plain word");
  CHECK(problem("\xFF\xFE"
                "a\0") == "1:1: UTF-16; save it as UTF-8");
  CHECK(problem("a: b\xC3(\n") == "1:5: not valid UTF-8");
  CHECK(problem("a: b\x01\n") == "1:5: a control character");
}

TEST_CASE("what is opened is closed, or named where it begins") {
  CHECK(problem("a: \"open\nb: 1\n") == "1:4: a quote is opened and never closed");
  CHECK(problem("a: 1\nb: 'open\n---\n") == "2:4: a quote is opened and never closed");
  CHECK(problem("a:\n  - [x, {y: z}\n") == "2:5: a bracket is opened and never closed");
}

TEST_CASE("what yaml-cpp forgives is refused", "[rule yaml]") {
  CHECK(problem("a: 1\nb\n") == "2:1: a key without its ':', or an item without its '-'");
  CHECK(problem("a:\n  b: 1\n  c\n  d: 2\n") == "3:3: a key without its ':', or an item without its '-'");
  CHECK(problem("a:\nb\n") == "2:1: a key without its ':', or an item without its '-'");
  CHECK(problem("x: {a: 1, b 2\n  , c: 3}\n") == "1:11: a key without its ':', or an item without its '-'");
  CHECK(problem("x: [a, , b]\n") == "1:8: something is missing before this");
  CHECK(problem("x: [, a]\n") == "1:5: something is missing before this");
  CHECK(problem("x: {, a: 1}\n") == "1:5: something is missing before this");
  CHECK(problem(": a\n") == "1:1: something is missing before this");
  CHECK(problem("x: {a:, b: 1}\n") == "1:6: something is missing before this");
  CHECK(problem("x: [:a]\n") == "1:5: ':' begins no word: quote the text");
  CHECK(problem("x: [?a]\n") == "1:5: '?' begins no word: quote the text");
  CHECK(problem("a: 'b'\n\tc: d\n") == "2:1: a tab, where YAML takes only spaces");
  CHECK(problem("a:\n\tb\n") == "2:1: a tab, where YAML takes only spaces");
  CHECK(problem("-\ta\n") == "1:2: a tab, where YAML takes only spaces");
  CHECK(problem("a: [b\n\tc]\n") == "2:1: a tab, where YAML takes only spaces");
  CHECK(problem("a: \"b\\'c\"\n") == "1:6: no escape that YAML knows: a backslash in double quotes is written twice");
  CHECK(problem("%FOO bar\n---\na: 1\n") == "1:1: directives (%NAME) are not allowed");
  CHECK(problem("%YAML 1.2\n---\na: 1\n") == "1:1: directives (%NAME) are not allowed");
  CHECK(problem("a: ! b\n") == "1:4: tags (!name) are not allowed");
  CHECK(problem("[a]\nb: 1\n") == "2:1: the document ends before this: look at the indentation");
  CHECK(problem("a: 1\n...\nb\n") == "3:1: the document ends before this: look at the indentation");
  CHECK(problem("...\n") == "1:1: something is missing before this");
  CHECK(problem("a: [b, c}\n") == "1:9: a bracket is closed that is not the one opened last");
}

TEST_CASE("what yaml-cpp reads otherwise is read as YAML has it", "[rule yaml]") {
  const auto as_json = [](const std::string& text) { return acctl::to_json(read_yaml(text, "f")).dump(); };
  CHECK(as_json("\"\\N\\_\"") == "\"\u0085\u00a0\"");
  CHECK(as_json("'a\n\n\n'") == R"("a\n\n")");
  CHECK(as_json("'\n\n'") == R"("\n")");
  CHECK(as_json("a: |\n  b") == R"({"a":"b"})");
  CHECK(as_json("a: |\n  b\n") == R"({"a":"b\n"})");
  CHECK(as_json("a: |+\n  b\n\n") == R"({"a":"b\n\n"})");
  CHECK(as_json("[what?, a?b, \"c?\", 'd ?e']") == R"(["what?","a?b","c?","d ?e"])");
  CHECK(as_json("a:\n~: b\n") == R"({"a":null,"~":"b"})");
  CHECK(as_json("null: ~\nNull: NULL\n") == R"({"Null":"NULL","null":null})");
  CHECK(as_json("? a\n: b\n? c\n") == R"({"a":"b","c":null})");
  CHECK(as_json("{\n\t\"a\": [1,\t2]\n}\n") == R"({"a":[1,2]})");
  CHECK(as_json("a: b # c\r\nd: [e,\r\n f]\r\n") == R"({"a":"b","d":["e","f"]})");
}

TEST_CASE("it is read so wherever in a large file it stands", "[rule yaml]") {
  const std::vector<std::string> forms = {
      "? a ?b",
      "[x?y, a?]",
      R"("\\ud83d \ud83d\ude00")",
      "|\n  text\n\t \n  more",
      "|\n  \ttext\n  \t\n\n  \t \n  more",
      "|\n  text\n \t\n\t\n",
      "plain\n\t\n  text",
  };
  std::vector<std::string> right;
  std::string text;
  for (const std::string& form : forms) right.push_back(to_json(read_yaml("- " + form + "\n- x\n", "f"))[0].dump());
  for (int i = 0; text.size() < 2'000'000; ++i) {
    text += "- " + std::string(static_cast<std::size_t>(i % 61), 'x') + "\n- " +
            forms[static_cast<std::size_t>(i) % forms.size()] + "\n";
  }
  const acctl::YamlNode root = read_yaml(text, "f");
  for (std::size_t i = 0; 2 * i + 1 < root.items.size(); ++i) {
    const std::string read = to_json(root.items.at(2 * i + 1)).dump();
    if (read != right[i % forms.size()]) FAIL("item " << i << ": " << read);
  }
  CHECK(root.items.back().line ==
        std::ranges::count(text, '\n') - std::ranges::count(forms[(root.items.size() / 2 - 1) % forms.size()], '\n'));
}

TEST_CASE("all that could still be a key is held in memory, so there is not much of it", "[rule yaml]") {
  std::string many = "[";
  for (int i = 0; i < 2'000'000; ++i) many += "1,";
  CHECK(problem(many + "]") == "1:1: more than 4 MiB in one value");
}

TEST_CASE("columns are counted in characters") {
  CHECK(problem("{ü: é, ü: 1}\n") == "1:8: duplicate key 'ü', first used in line 1");
  CHECK(problem("ü: \x01\n") == "1:4: a control character");
}

TEST_CASE("what ends a line for some readers only is written as an escape") {
  for (const std::string text : {"\u0085", "\u2028", "\u2029", "\u0080", "\x7f", "\ufeff", "\uffff"}) {
    INFO(acctl::escaped(text));
    CHECK(problem("a: \"b" + text + "\"\n") != "none");
    const nlohmann::ordered_json value = {{"a", " " + text + " " + text + "x" + text}};
    CHECK(acctl::to_json(read_yaml(acctl::write_yaml(value), "f")) == nlohmann::json(value));
  }
  CHECK(problem("a: \ufeff\n") == "1:4: a byte order mark within the text");
}

TEST_CASE("depth and size are limited") {
  CHECK(problem(std::string(10'000, '[')) == "1:65: nested deeper than 64 levels");
  CHECK(problem(std::string(acctl::yaml_size_limit + 1, 'a')) == "1:1: larger than 64 MiB");
  // Blocks, for they are scanned twice as quickly as plain values.
  std::string lines;
  const std::string block = "- |\n  " + std::string(400'000, 'a') + "\n";
  while (lines.size() + block.size() + 3 < acctl::yaml_size_limit) lines += block;
  lines += "- " + std::string(acctl::yaml_size_limit - lines.size() - 3, 'a') + "\n";
  REQUIRE(lines.size() == acctl::yaml_size_limit);
  CHECK(problem(lines) == "none");
  CHECK(problem("a: " + std::string(5u << 20, 'a')) == "1:4: more than 4 MiB in one value");
  std::string many = "a: [";
  for (int i = 0; i < 3'000'000; ++i) many += "1,";
  CHECK(problem(many + "]").ends_with(": more than 3,000,000 values"));
}

TEST_CASE("what is written is read back the same") {
  const nlohmann::ordered_json value = {{"word", "no"},
                                        {"number", 5},
                                        {"text", "1e3"},
                                        {"list", {"a", "b: c", ""}},
                                        {"nested", {{{"x", true}, {"y", nullptr}}, {{"x", false}}}},
                                        {"empty", nlohmann::ordered_json::object()},
                                        {"lines", "a\nb\t\"q\""}};
  const std::string yaml = acctl::write_yaml(value);
  CHECK(acctl::to_json(read_yaml(yaml, "f")) == nlohmann::json(value));
}
