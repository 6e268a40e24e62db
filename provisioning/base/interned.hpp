// A text that very many values have in common, such as the name of a field, a manager or a file: each keeps a pointer
// to the one copy of it. Copies are never freed, so it is not for what is different in each object.
#pragma once

#include <compare>
#include <concepts>
#include <string>
#include <string_view>

namespace acctl {

class Interned {
 public:
  Interned();  // ""
  template <std::convertible_to<std::string_view> Text>
  Interned(const Text& text) : text_(find_copy(text)) {}  // NOLINT: what a std::string takes, it takes

  const std::string& str() const { return *text_; }
  operator const std::string&() const { return *text_; }  // NOLINT
  operator std::string_view() const { return *text_; }    // NOLINT
  bool empty() const { return text_->empty(); }

  // There is one copy of each text.
  friend bool operator==(const Interned& one, const Interned& other) { return one.text_ == other.text_; }
  template <std::convertible_to<std::string_view> Text>
  friend bool operator==(const Interned& one, const Text& other) {
    return *one.text_ == std::string_view(other);
  }
  friend std::strong_ordering operator<=>(const Interned& one, const Interned& other) {
    return *one.text_ <=> *other.text_;
  }
  friend std::string operator+(const Interned& one, std::string_view other) { return one.str() + std::string(other); }
  friend std::string operator+(std::string_view one, const Interned& other) { return std::string(one) + other.str(); }

 private:
  static const std::string* find_copy(std::string_view text);

  const std::string* text_;
};

}  // namespace acctl
