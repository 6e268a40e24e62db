#include "provisioning/model/text.hpp"

#include "tests/support/catch.hpp"

using acctl::display_width;
using acctl::escaped;
using acctl::utf8_code;
using acctl::utf8_length;

TEST_CASE("UTF-8 is read strictly") {
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

TEST_CASE("what a terminal would obey or hide is made visible") {
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
}
