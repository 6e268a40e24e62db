// The library's own writer decodes each byte, and what it wrote was read once more for hidden characters: of a list of
// ten thousand tenants that was two fifths of the work. Here what is plain is copied, and the rest left to the library.
#include "provisioning/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// By byte: whether a string holds it as it is. A look into a table takes half of the time of four comparisons.
constexpr std::array<bool, 256> verbatim = [] {
  std::array<bool, 256> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = is_plain(static_cast<char>(i)) && i != '"' && i != '\\';
  return all;
}();

bool is_verbatim(char byte) { return verbatim[static_cast<unsigned char>(byte)]; }

// A document with the hidden characters of its strings escaped. Those below U+0020 are layout here: within strings the
// library has escaped them.
void append_escaped(std::string& out, std::string_view json) {
  std::size_t copied = 0;
  for (std::size_t i = 0; i < json.size();) {
    const std::size_t length = static_cast<unsigned char>(json[i]) < 0x7F ? 0 : utf8_length(json, i);
    if (length == 0 || !is_hidden(json, i)) {
      i += std::max<std::size_t>(length, 1);
      continue;
    }
    std::uint32_t code = utf8_code(json, i);
    char number[16];
    if (code > 0xFFFF) {
      code -= 0x10000;
      std::snprintf(number, sizeof number, "\\u%04x\\u%04x", 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
    } else {
      std::snprintf(number, sizeof number, "\\u%04x", code);
    }
    out.append(json.substr(copied, i - copied)).append(number);
    i += length;
    copied = i;
  }
  out.append(json.substr(copied));
}

void append_string(std::string& out, std::string_view text) {
  if (std::ranges::all_of(text, is_verbatim)) {
    out.append(1, '"').append(text).append(1, '"');
  } else {
    append_escaped(out, nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

template <class Json>
class Writer {
 public:
  Writer(std::string& out, int indent) : out_(out), indent_(indent) {}

  void write(const Json& value, int depth) {
    if (value.is_string()) {
      append_string(out_, value.template get_ref<const std::string&>());
    } else if (value.is_number_integer() && !value.is_number_unsigned()) {
      out_ += std::to_string(value.template get<std::int64_t>());
    } else if (value.is_object() && !value.empty()) {
      write_all('{', '}', value.template get_ref<const typename Json::object_t&>(), depth, [&](const auto& member) {
        append_string(out_, member.first);
        out_ += indent_ < 0 ? ":" : ": ";
        write(member.second, depth + 1);
      });
    } else if (value.is_array() && !value.empty()) {
      write_all('[', ']', value.template get_ref<const typename Json::array_t&>(), depth,
                [&](const Json& item) { write(item, depth + 1); });
    } else if (value.is_null()) {
      out_ += "null";
    } else {
      out_ += value.dump();
    }
  }

 private:
  void write_all(char open, char close, const auto& members, int depth, const auto& write_member) {
    out_ += open;
    bool first = true;
    for (const auto& member : members) {
      if (!first) out_ += ',';
      first = false;
      begin_line(depth + 1);
      write_member(member);
    }
    begin_line(depth);
    out_ += close;
  }

  void begin_line(int depth) {
    if (indent_ < 0) return;
    out_.append(1, '\n').append(static_cast<std::size_t>(depth) * static_cast<std::size_t>(indent_), ' ');
  }

  std::string& out_;
  int indent_;
};

}  // namespace

template <class Json>
std::string json_text(const Json& value, int indent) {
  std::string out;
  Writer<Json>(out, indent).write(value, 0);
  return out;
}

void ObjectText::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_string(out_, name);
  out_ += ':';
}

void ObjectText::add(std::string_view name, const std::string& text) {
  begin(name);
  append_string(out_, text);
}

void ObjectText::add(std::string_view name, std::int64_t number) {
  begin(name);
  out_ += std::to_string(number);
}

void ObjectText::add(std::string_view name, std::nullptr_t) {
  begin(name);
  out_ += "null";
}

void ObjectText::add(std::string_view name, const nlohmann::ordered_json& value) {
  begin(name);
  Writer<nlohmann::ordered_json>(out_, -1).write(value, 0);
}

template std::string json_text(const nlohmann::json& value, int indent);
template std::string json_text(const nlohmann::ordered_json& value, int indent);

}  // namespace acctl
