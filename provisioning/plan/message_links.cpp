#include "provisioning/plan/message_links.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::string_view blanks = " \t\r\n\f";
constexpr std::string_view ascii_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view ascii_digits = "0123456789";
constexpr const char* part_of_address = "{{link}} is part of another address";

// What may stand around a link: it neither runs, loads or sends anything by itself, nor can it see the link.
const std::set<std::string, std::less<>>& harmless_elements() {
  static const std::set<std::string, std::less<>> names = {
      "a",    "abbr",   "address", "article", "b",    "big",    "blockquote", "body", "br",   "caption",    "cite",
      "code", "center", "col",     "dd",      "del",  "div",    "dl",         "dt",   "em",   "figcaption", "figure",
      "font", "footer", "h1",      "h2",      "h3",   "h4",     "h5",         "h6",   "head", "header",     "hr",
      "html", "i",      "img",     "ins",     "li",   "main",   "mark",       "nav",  "ol",   "p",          "pre",
      "q",    "s",      "small",   "section", "span", "strong", "sub",        "sup",  "time", "table",      "tbody",
      "td",   "tfoot",  "th",      "thead",   "tr",   "u",      "ul",         "wbr",
  };
  return names;
}

// A text goes on across these: "https://x.example/<b>{{link}}</b>" is one word.
bool is_inline(std::string_view element) {
  static const std::set<std::string, std::less<>> names = {
      "a",    "abbr", "b", "big",   "cite", "code",   "del", "em",  "font", "i", "ins",
      "mark", "q",    "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr"};
  return names.contains(element);
}

const std::set<std::string, std::less<>>& harmless_attributes() {
  static const std::set<std::string, std::less<>> names = {
      "align", "alt",   "aria-hidden", "aria-label", "background", "bgcolor", "border", "cellpadding", "cellspacing",
      "class", "cite",  "color",       "colspan",    "datetime",   "dir",     "face",   "height",      "href",
      "id",    "lang",  "name",        "rel",        "role",       "rowspan", "scope",  "size",        "span",
      "src",   "start", "style",       "summary",    "target",     "title",   "type",   "valign",      "width",
  };
  return names;
}

// Signs that IDNA reads as a dot, and the wide slash.
constexpr std::array<std::string_view, 4> wide_signs = {"\u3002", "\uFF0E", "\uFF61", "\uFF0F"};

// Whether a word may stand before a link without a blank between, such as "Link:". A placeholder may not: its value,
// the name of a user, say, may be an address.
bool is_label(std::string_view word) {
  const auto is_allowed = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || ascii_letters.find(c) != std::string_view::npos ||
           ascii_digits.find(c) != std::string_view::npos ||
           std::string_view(":;,!-_*([<\"'").find(c) != std::string_view::npos;
  };
  return std::ranges::all_of(word, is_allowed) && std::ranges::none_of(wide_signs, [&](std::string_view sign) {
           return word.find(sign) != std::string_view::npos;
         });
}

// Whether a link behind `text` is a word of its own.
bool ends_before_link(std::string_view text) {
  const std::size_t blank = text.find_last_of(blanks);
  if (!is_label(blank == std::string_view::npos ? text : text.substr(blank + 1))) return false;
  // Within < and > an address goes on after a blank.
  const std::size_t open = text.find_last_of("<>");
  return open == std::string_view::npos || text[open] == '>' ||
         text.substr(open).find_first_of("/@.\\%&=?#") == std::string_view::npos;
}

// Reads {{name}} at the beginning of a text.
struct Placeholder {
  explicit Placeholder(std::string_view text) {
    const std::size_t end = text.find("}}");
    whole = text.substr(0, end == std::string_view::npos ? end : end + 2);
    const std::string_view name = whole.substr(2, whole.size() - std::min<std::size_t>(whole.size(), 4));
    valid = end != std::string_view::npos &&
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_ ") == std::string_view::npos;
    link = name.find("link") != std::string_view::npos;
  }

  std::string_view whole;
  bool valid = false;
  bool link = false;
};

bool has_link(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 1)) {
    if (Placeholder(text.substr(at)).link) return true;
  }
  return false;
}

bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }

// Walks through HTML from its beginning to the first thing that is not known to be harmless.
class HtmlWalk {
 public:
  explicit HtmlWalk(std::string_view html) : rest_(html) {}

  std::string find_leak() {
    while (!rest_.empty() && leak_.empty()) {
      if (rest_.starts_with("{{")) {
        pass_placeholder();
      } else if (rest_.front() == '<') {
        pass_markup();
      } else {
        run_ += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    return leak_;
  }

 private:
  void refuse() { leak_ = "the HTML around {{link}} cannot be checked at '" + abbreviated(rest_.substr(0, 40)) + "'"; }

  void pass_placeholder() {
    const Placeholder found(rest_);
    if (!found.valid) return refuse();
    if (found.link && !ends_before_link(run_)) {
      leak_ = part_of_address;
      return;
    }
    run_ += found.whole;
    rest_.remove_prefix(found.whole.size());
  }

  void pass_markup() {
    if (rest_.starts_with("<!")) return pass_declaration();
    const bool closing = rest_.starts_with("</");
    std::string_view after = rest_.substr(closing ? 2 : 1);
    const std::string element = take_name(after, std::string(ascii_letters) + std::string(ascii_digits));
    if (element.empty()) return refuse();
    if (!harmless_elements().contains(element)) {
      leak_ = "<" + element + "> beside {{link}} could take it elsewhere";
      return;
    }
    if (!is_inline(element)) run_ += '\n';
    while (!after.empty() && leak_.empty()) {
      const bool separated = is_blank(after.front());
      after.remove_prefix(std::min(after.find_first_not_of(blanks), after.size()));
      if (after.starts_with(">") || (!closing && after.starts_with("/>"))) {
        rest_ = after.substr(after.find('>') + 1);
        return;
      }
      if (closing || !separated) return refuse();
      pass_attribute(element, after);
    }
    if (leak_.empty()) refuse();
  }

  // A comment or a document type, both of which end at their first ">" for every reader of HTML.
  void pass_declaration() {
    const std::size_t end = rest_.find('>');
    const std::string_view whole = rest_.substr(0, end == std::string_view::npos ? end : end + 1);
    std::string_view word = whole.substr(2);
    const bool comment = whole.size() >= 7 && whole.starts_with("<!--") && whole.ends_with("-->") &&
                         whole.substr(4, whole.size() - 7).find("--") == std::string_view::npos;
    const bool known = comment || take_name(word, ascii_letters) == "doctype";
    if (end == std::string_view::npos || !known || whole.find("{{") != std::string_view::npos ||
        whole.find('<', 1) != std::string_view::npos) {
      return refuse();
    }
    rest_.remove_prefix(whole.size());
  }

  void pass_attribute(const std::string& element, std::string_view& after) {
    const std::string name = take_name(after, std::string(ascii_letters) + "-");
    if (name.empty()) return refuse();
    if (!harmless_attributes().contains(name)) {
      leak_ = "attribute " + name + " beside {{link}} could take it elsewhere";
      return;
    }
    if (!after.starts_with("=")) return;
    const char quote = after.size() > 1 ? after[1] : ' ';
    const std::size_t end = quote == '"' || quote == '\'' ? after.find(quote, 2) : std::string_view::npos;
    if (end == std::string_view::npos) return refuse();
    const std::string_view value = after.substr(2, end - 2);
    if (value.find_first_of("<>") != std::string_view::npos) return refuse();
    const bool whole = element == "a" && name == "href" && value.starts_with("{{") && Placeholder(value).valid &&
                       Placeholder(value).whole.size() == value.size();
    if (has_link(value) && !whole) leak_ = part_of_address;
    after.remove_prefix(end + 1);
  }

  // A name in small letters, taken from the beginning of `text`.
  static std::string take_name(std::string_view& text, std::string_view characters) {
    const std::size_t length = std::min(text.find_first_not_of(characters), text.size());
    std::string name(text.substr(0, length));
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    text.remove_prefix(length);
    return name;
  }

  std::string_view rest_;
  std::string run_;  // the text so far, as a reader sees it
  std::string leak_;
};

}  // namespace

std::string find_link_leak(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 1)) {
    if (Placeholder(text.substr(at)).link && !ends_before_link(text.substr(0, at))) return part_of_address;
  }
  return "";
}

std::string find_link_leak_in_html(std::string_view html) { return has_link(html) ? HtmlWalk(html).find_leak() : ""; }

}  // namespace acctl
