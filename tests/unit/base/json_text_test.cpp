#include "provisioning/base/json_text.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using acctl::json_text;
using nlohmann::json;
using nlohmann::ordered_json;

TEST_CASE("JSON is written as the library writes it", "[rule output]") {
  const ordered_json value = {
      {"text", "plain"},
      {"quotes", "a \"b\" \\ c\n\t\x01 / é 山"},
      {"", ""},
      {"kéy \"k\"", nullptr},
      {"numbers",
       {0, -1, 1.5, 1e300, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max()}},
      {"truth", {true, false}},
      {"nothing", {ordered_json::object(), ordered_json::array(), nullptr}},
      {"deep", {{{"a", {{{"b", {1, {2}}}}}}}}},
  };
  for (const int indent : {-1, 0, 2, 4}) {
    CHECK(json_text(value, indent) == value.dump(indent));
    CHECK(json_text(json(value), indent) == json(value).dump(indent));
  }
  CHECK(json_text(ordered_json::object(), 2) == "{}");
  CHECK(json_text(ordered_json::array()) == "[]");
  CHECK(json_text(ordered_json("word")) == "\"word\"");
}

TEST_CASE("JSON shows what is hidden and what is no text, and means the same", "[rule output]") {
  const ordered_json value = {{"a\u202eb", {{"x", "\u200b"}, {"y", {"\x7f", "\U000e0041"}}}}};
  const std::string text = json_text(value);
  CHECK(text == R"({"a\u202eb":{"x":"\u200b","y":["\u007f","\udb40\udc41"]}})");
  CHECK(ordered_json::parse(text) == value);
  for (const char* bad : {"\xff", "a\xc3", "\xed\xa0\x80z", "\xf0\x9f\x98 \u202e"}) {
    const std::string written = json_text(json(bad));
    INFO(written);
    CHECK(written.find("\ufffd") != std::string::npos);
    CHECK(written.find("\u202e") == std::string::npos);
    CHECK(json::parse(written) == json::parse(json(bad).dump(-1, ' ', false, json::error_handler_t::replace)));
  }
}

TEST_CASE("an object that is written member by member reads as one that was made first", "[rule output]") {
  std::string text;
  {
    acctl::ObjectText object(text);
    object.add("name", std::string("a \"b\"\u202e"));
    object.add("count", std::int64_t{-7});
    object.add("none", std::optional<std::string>());
    object.add("some", std::optional<std::int64_t>(1));
    object.add("list", ordered_json({"x", {{"y", 1.5}}}));
    object.add_object("empty", [](auto&) {});
    object.add_object("inner", [](auto& inner) {
      inner.add("a", std::int64_t{1});
      inner.add("b", nullptr);
    });
    object.add_objects("items", std::vector<std::string>{"p", "q"},
                       [](auto& item, const std::string& name) { item.add("name", name); });
    object.add_objects("no items", std::vector<std::string>{}, [](auto&, const std::string&) {});
  }
  const ordered_json made = {{"name", "a \"b\"\u202e"},
                             {"count", -7},
                             {"none", nullptr},
                             {"some", 1},
                             {"list", {"x", {{"y", 1.5}}}},
                             {"empty", ordered_json::object()},
                             {"inner", {{"a", 1}, {"b", nullptr}}},
                             {"items", {{{"name", "p"}}, {{"name", "q"}}}},
                             {"no items", ordered_json::array()}};
  CHECK(text == json_text(made));
}
