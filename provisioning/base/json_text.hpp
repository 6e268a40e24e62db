// JSON as it is written for people and scripts.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace acctl {

// What dump(indent) of the library writes, on one line with -1, but that hidden characters are \uXXXX (see is_hidden())
// and bytes that are no UTF-8 become U+FFFD. Json: nlohmann::json or ordered_json.
template <class Json>
std::string json_text(const Json& value, int indent = -1);

// An object that is written on one line, member by member, as json_text() would write it: of thousands of records
// nothing is made that is thrown away at once. It ends with its scope. No name may be given twice.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectText() { out_ += '}'; }
  ObjectText(const ObjectText&) = delete;
  ObjectText& operator=(const ObjectText&) = delete;

  void add(std::string_view name, const std::string& text);
  void add(std::string_view name, std::int64_t number);
  void add(std::string_view name, std::nullptr_t);
  void add(std::string_view name, const nlohmann::ordered_json& value);
  template <class T>
  void add(std::string_view name, const std::optional<T>& value) {
    value ? add(name, *value) : add(name, nullptr);
  }

  // `write` is given the object.
  template <class Write>
  void add_object(std::string_view name, const Write& write) {
    begin(name);
    ObjectText object(out_);
    write(object);
  }
  // Of each item an object: `write` is given both.
  template <class Items, class Write>
  void add_objects(std::string_view name, const Items& items, const Write& write) {
    begin(name);
    out_ += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      ObjectText object(out_);
      write(object, item);
    }
    out_ += ']';
  }

 private:
  void begin(std::string_view name);

  std::string& out_;
  bool first_ = true;
};

}  // namespace acctl
