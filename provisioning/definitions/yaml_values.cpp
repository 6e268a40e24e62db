// What YAML scalars mean, and values as YAML.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

// The whole of `text` as a T; nothing for the words that from_chars also takes (inf, nan).
template <class T>
std::optional<T> number(const std::string& text) {
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || std::isdigit(static_cast<unsigned char>(text[first])) == 0) return std::nullopt;
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional<T>(value) : std::nullopt;
}

// Also one that is too large for a double.
bool is_number_like(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) == 0) return false;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error != std::errc::invalid_argument && at == end;
}

// Digits with what some readers take for a part of a number: 1_000, 0b1, and 12:30, which is 750 to them.
bool is_old_number(std::string_view text) {
  if (text.starts_with("0b")) return text.find_first_not_of("01_", 2) == std::string_view::npos;
  return text.find_first_of("_:") != std::string_view::npos &&
         text.find_first_not_of("0123456789_:.") == std::string_view::npos;
}

// Taken for something else than a word by YAML 1.1 or 1.2. Dates are not counted: they are written as they are, and
// whoever reads them as dates writes them so, too.
bool is_ambiguous(const std::string& text) {
  if (text.empty()) return true;
  constexpr std::array<std::string_view, 13> words = {"true", "false", "null", "yes",  "no",   "on",   "off",
                                                      "y",    "n",     "~",    ".inf", ".nan", "-.inf"};
  std::string lower = text.substr(0, 6);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.size() < 6 && std::ranges::find(words, std::string_view(lower)) != words.end()) return true;
  const std::size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
  if (text.size() == sign || (!is_digit(text[sign]) && text[sign] != '.')) return false;
  if (text[sign] == '0' && (lower.find('x') == sign + 1 || lower.find('o') == sign + 1)) return true;
  const std::string unsigned_text = text.substr(sign);
  if (is_old_number(unsigned_text)) return true;
  return is_number_like(unsigned_text[0] == '.' ? "0" + unsigned_text : unsigned_text);
}

// A number as JSON writes it, exponents with their sign: what all readers agree on.
bool is_clear_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const bool zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    if (text.size() < 2 || (text[1] != '+' && text[1] != '-')) return false;
    text.remove_prefix(2);
    if (digits() == 0) return false;
  }
  return text.empty();
}

bool plain_is_safe(const std::string& text) {
  if (is_ambiguous(text)) return false;
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.-@/+()";
  if (text.find_first_not_of(harmless) != std::string::npos) return false;
  return std::isalpha(static_cast<unsigned char>(text.front())) != 0 && text.back() != ' ';
}

// What may not stand in a file as it is becomes an escape.
void add_with_escapes(std::string& out, std::string_view json) {
  for (std::size_t i = 0; i < json.size();) {
    const std::uint32_t code = utf8_code(json, i);
    const std::size_t length = utf8_length(json, i);
    if (stands_in_yaml(code) && (code < 0x80 || !is_hidden(json, i))) {
      out += json.substr(i, length);
    } else {
      char escape[12];
      std::snprintf(escape, sizeof escape, code > 0xFFFF ? "\\U%08x" : "\\u%04x", code);
      out += escape;
    }
    i += length;
  }
}

void emit_scalar(std::string& out, const nlohmann::ordered_json& value) {
  if (value.is_binary()) {
    out.append(value.get_binary().begin(), value.get_binary().end());
  } else if (value.is_string() && plain_is_safe(value.get_ref<const std::string&>())) {
    out += value.get_ref<const std::string&>();
  } else {
    // A JSON string is a double-quoted YAML scalar.
    add_with_escapes(out, value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}

bool is_leaf(const nlohmann::ordered_json& value) { return !value.is_structured() || value.empty(); }

void emit(std::string& out, const nlohmann::ordered_json& value, std::size_t indent, bool in_sequence) {
  bool first = true;
  const auto begin_line = [&] {
    if (!first || !in_sequence) out.append(indent, ' ');
    first = false;
  };
  if (value.is_array()) {
    for (const auto& item : value) {
      begin_line();
      out += "- ";
      if (is_leaf(item)) {
        emit_scalar(out, item);
        out += '\n';
      } else {
        emit(out, item, indent + 2, true);
      }
    }
    return;
  }
  for (const auto& [key, item] : value.items()) {
    begin_line();
    emit_scalar(out, key);
    out += ':';
    if (is_leaf(item)) {
      out += ' ';
      emit_scalar(out, item);
      out += '\n';
    } else {
      out += '\n';
      emit(out, item, indent + 2, false);
    }
  }
}

}  // namespace

bool stands_in_yaml(std::uint32_t code) {
  if (code < 0x20) return code == '\n' || code == '\t' || code == '\r';
  if (code < 0xa0) return code < 0x7f;
  return code != 0x2028 && code != 0x2029 && code != 0xfeff && code != 0xfffe && code != 0xffff;
}

nlohmann::json to_json(const YamlNode& node) {
  if (node.type == YamlNode::Type::sequence) {
    nlohmann::json list = nlohmann::json::array();
    for (const YamlNode& item : node.items) list.push_back(to_json(item));
    return list;
  }
  if (node.type == YamlNode::Type::mapping) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [key, value] : node.entries) object[key.text] = to_json(value);
    return object;
  }
  if (node.is_null()) return nullptr;
  if (!node.quoted && node.text == "true") return true;
  if (!node.quoted && node.text == "false") return false;
  if (!node.quoted) {
    if (const auto integer = number<std::int64_t>(node.text)) return *integer;
    if (const auto real = number<double>(node.text)) return *real;
  }
  return node.text;
}

bool is_plain_data(const YamlNode& scalar) {
  const std::string& text = scalar.text;
  if (scalar.quoted || !is_ambiguous(text) || scalar.is_null() || text == "true" || text == "false") return true;
  const bool whole = text.find_first_of(".eE") == std::string::npos;
  // What no integer or double holds would silently become text.
  return is_clear_number(text) && (whole ? number<std::int64_t>(text).has_value() : number<double>(text).has_value());
}

bool is_text(const YamlNode& scalar) { return scalar.quoted || !is_ambiguous(scalar.text); }

std::string write_yaml(const nlohmann::ordered_json& value) {
  std::string out;
  if (is_leaf(value)) {
    emit_scalar(out, value);
    return out + '\n';
  }
  emit(out, value, 0, false);
  return out;
}

}  // namespace acctl
