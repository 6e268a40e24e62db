#include "provisioning/base/text.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/json_text.hpp"
#include "provisioning/base/split.hpp"
#include "tests/support/catch.hpp"

using acctl::display_width;
using acctl::escaped;
using acctl::utf8_code;
using acctl::utf8_length;

TEST_CASE("UTF-8 is read strictly", "[rule output]") {
  const auto length = [](std::string_view text) { return utf8_length(text, 0); };
  CHECK(length("a") == 1);
  CHECK(length("\xC3\xA9") == 2);
  CHECK(length("\xE2\x82\xAC") == 3);
  CHECK(length("\xF0\x9F\x98\x80") == 4);
  CHECK(length("\xF4\x8F\xBF\xBF") == 4);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    CHECK(length(bad) == 0);
  }
  CHECK(utf8_code("\xF0\x9F\x98\x80", 0) == 0x1F600);
  CHECK(utf8_code("x\xE2\x82\xAC", 1) == 0x20AC);
}

TEST_CASE("what a terminal would obey or hide is made visible", "[rule output]") {
  CHECK(escaped("plain – Söhne 株 \xF0\x9F\x98\x80") == "plain – Söhne 株 \xF0\x9F\x98\x80");
  CHECK(escaped("\x1b[31m\r\n\t\x07\x7f") == "\\x1b[31m\\x0d\\x0a\\x09\\x07\\x7f");
  CHECK(escaped("\xC2\x9B") == "\\x9b");  // CSI in one character
  CHECK(escaped("a\xE2\x80\xAE"
                "b") == "a\\u{202e}b");           // right-to-left override
  CHECK(escaped("\xE2\x81\xA6") == "\\u{2066}");  // isolate
  CHECK(escaped("\xE2\x80\x8B") == "\\u{200b}");  // zero width
  CHECK(escaped("\xEF\xBB\xBF") == "\\u{feff}");
  CHECK(escaped("\xC2\xAD") == "\\xad");               // soft hyphen
  CHECK(escaped("\xF3\xA0\x81\x81") == "\\u{e0041}");  // tag
  CHECK(escaped("a\xff\xC3") == "a\\xff\\xc3");
  CHECK(escaped(std::string_view("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("the width of text is counted in columns") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(display_width("株式") == 4);
  CHECK(display_width("\xF0\x9F\x98\x80") == 2);
  CHECK(display_width("") == 0);
  CHECK(display_width("a\u0300\u0301b") == 2);
  CHECK(display_width("1\ufe0f\u20e3") == 2);       // a keycap
  CHECK(display_width("\uff76\uff9e") == 2);        // Japanese of half the width, with its accent
  CHECK(display_width("\u0600\u0661") == 2);        // an Arabic sign before a number
  CHECK(display_width("\U0001faf8") == 2);          // of Unicode 15
  CHECK(display_width("\u0e19\u0e49\u0e33") == 2);  // a vowel that stands above and beside
  CHECK(display_width(std::string(100000, 'x') + "\u682a") == 100002);
}

TEST_CASE("joiners are part of the spelling between letters and emoji, and hide everywhere else", "[rule output]") {
  using acctl::escaped;
  using acctl::hidden_character;
  const std::string persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645";  // "I want", in one word
  const std::string hindi = "\u0915\u094d\u200d\u0937";
  const std::string family = "\U0001f468\u200d\U0001f469\u200d\U0001f467";
  const std::string doctor = "\U0001f469\u200d\u2695\ufe0f";
  const std::string heart = "\u2764\ufe0f\u200d\U0001f525";
  const std::string keycap = "1\ufe0f\u20e3";
  const std::string nodding = "\U0001f642\u200d\u2195\ufe0f";
  const std::string waving = "\U0001f44b\U0001f3fd\u200d\u2642\ufe0f";
  const std::string name_variant = "\u845b\U000e0100";  // a Japanese name as its bearer writes it
  for (const std::string& text :
       {persian, hindi, family, doctor, heart, keycap, nodding, waving, name_variant, std::string("Auf\u200clage")}) {
    INFO(text);
    CHECK(escaped(text) == text);
    CHECK(hidden_character(text).empty());
    CHECK(acctl::json_text(nlohmann::json(text)) == "\"" + text + "\"");
  }
  // Behind what is not seen itself there is nothing to vary.
  CHECK(escaped("a\u2060\ufe0f") == "a\\u{2060}\\u{fe0f}");
  struct Bad {
    std::string text;
    std::string shown;
    std::string json;
    std::string name;
  };
  const std::vector<Bad> all = {
      {persian + "\u200c", persian + "\\u{200c}", persian + "\\u200c", "U+200C (zero width non-joiner"},
      {"\u200d" + persian, "\\u{200d}" + persian, "\\u200d" + persian, "U+200D (zero width joiner"},
      {"a\u200c\u200cb", "a\\u{200c}\\u{200c}b", "a\\u200c\\u200cb", "U+200C"},
      {"a\u200d b", "a\\u{200d} b", "a\\u200d b", "U+200D"},
      {"1\u200c2", "1\\u{200c}2", "1\\u200c2", "U+200C"},
      {"a\u200d\u00bb", "a\\u{200d}\u00bb", "a\\u200d\u00bb", "U+200D"},
      {"a\u200c\u2014b", "a\\u{200c}\u2014b", "a\\u200c\u2014b", "U+200C"},
      {"a\U000e0002z", "a\\u{e0002}z", "a\\udb40\\udc02z", "U+E0002 (an invisible character)"},
      {"a\u2065z", "a\\u{2065}z", "a\\u2065z", "U+2065 (an invisible character)"},
      {"a\ufe0fb", "a\\u{fe0f}b", "a\\ufe0fb", "U+FE0F (a variation selector"},
      {"\u0085", "\\x85", "\\u0085", "U+0085 (a control character)"},
      {"\u009b31m", "\\x9b31m", "\\u009b31m", "U+009B (a control character)"},
      {"\x7f", "\\x7f", "\\u007f", "U+007F (a control character)"},
      {"a\u202ez", "a\\u{202e}z", "a\\u202ez", "U+202E (right-to-left override)"},
      {"a\u2066z", "a\\u{2066}z", "a\\u2066z", "U+2066 (a mark of the writing direction)"},
      {"a\u200bz", "a\\u{200b}z", "a\\u200bz", "U+200B (zero width space)"},
      {"a\u00a0z", "a\\xa0z", "a\\u00a0z", "U+00A0 (no-break space)"},
      {"a\u202f!", "a\\u{202f}!", "a\\u202f!", "U+202F (narrow no-break space)"},
      {"a\u2003z", "a\\u{2003}z", "a\\u2003z", "U+2003 (a space other than the usual one)"},
      {"a\u3164z", "a\\u{3164}z", "a\\u3164z", "U+3164 (an invisible character)"},
      {"a\U000e0041z", "a\\u{e0041}z", "a\\udb40\\udc41z", "U+E0041 (an invisible character)"},
  };
  for (const Bad& bad : all) {
    INFO(bad.shown);
    CHECK(escaped(bad.text) == bad.shown);
    CHECK(acctl::json_text(nlohmann::json(bad.text)) == "\"" + bad.json + "\"");
    CHECK(hidden_character(bad.text).starts_with(bad.name));
    CHECK(nlohmann::json::parse("\"" + bad.json + "\"") == nlohmann::json(bad.text));
  }
  CHECK(hidden_character("\u5c71\u7530\u3000\u592a\u90ce").empty());  // the space within a Japanese name is seen
  CHECK(hidden_character("a\nb\tc", acctl::Breaks::allowed).empty());
  CHECK(hidden_character("a\nb").starts_with("U+000A"));
}

TEST_CASE("characters are spelled otherwise, and all others stay") {
  CHECK(acctl::with_spellings("it's 'a'", {{'\'', "''"}}) == "it''s ''a''");
  CHECK(acctl::with_spellings("50% of a:b", {{'%', "%25"}, {':', "%3A"}}) == "50%25 of a%3Ab");
  CHECK(acctl::with_spellings("\u00e9\u202e", {{'a', "b"}}) == "\u00e9\u202e");
  CHECK(acctl::html_escaped("<a title=\"it's\">\u202e&") == "&lt;a title=&quot;it&#39;s&quot;&gt;\\u{202e}&amp;");
}

TEST_CASE("text is split at a character, and nothing follows a last one") {
  const auto parts = [](std::string_view text) { return acctl::split(text, ','); };
  CHECK(parts("").empty());
  CHECK(parts("a") == std::vector<std::string_view>{"a"});
  CHECK(parts("a,b") == std::vector<std::string_view>{"a", "b"});
  CHECK(parts("a,b,") == std::vector<std::string_view>{"a", "b"});
  CHECK(parts(",,a") == std::vector<std::string_view>{"", "", "a"});
  std::string_view rest = "name value more";
  CHECK(acctl::take_part(rest, ' ') == "name");
  CHECK(rest == "value more");
}
