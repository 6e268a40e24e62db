#include "provisioning/base/html_escape.hpp"

#include "provisioning/base/text.hpp"

namespace acctl {

std::string html_escaped(std::string_view text) {
  std::string all;
  for (const char c : escaped(text)) {
    switch (c) {
      case '&':
        all += "&amp;";
        break;
      case '<':
        all += "&lt;";
        break;
      case '>':
        all += "&gt;";
        break;
      case '"':
        all += "&quot;";
        break;
      case '\'':
        all += "&#39;";
        break;
      default:
        all += c;
    }
  }
  return all;
}

}  // namespace acctl
