#include "provisioning/delivery/message.hpp"

#include <algorithm>

#include "provisioning/base/encoding.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/names.hpp"

namespace acctl {

namespace {

constexpr std::size_t longest_plain = 60;  // of a header, so that its line stays below 78 bytes
constexpr std::size_t longest_line = 76;   // of quoted-printable
constexpr std::size_t longest_wire = 998;  // of what is sent as it stands: a link stays in one piece
constexpr std::size_t word_bytes = 39;     // 52 of base64: with its name a line of encoded words has at most 76

bool is_plain(const std::string& text) {
  return acctl::is_plain(text) && text.size() <= longest_plain && text.find("=?") == std::string::npos;
}

std::string without_controls(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return text;
}

std::string mailbox_text(const std::string& what, const Mailbox& mailbox) {
  check_email(what, mailbox.address);
  if (mailbox.name.empty()) return mailbox.address;
  const std::string name = without_controls(mailbox.name);
  if (!is_plain(name)) return header_text(name) + "\n <" + mailbox.address + ">";
  return '"' + with_spellings(name, {{'"', "\\\""}, {'\\', "\\\\"}}) + "\" <" + mailbox.address + ">";
}

// Every line as it stands, or none.
bool is_seven_bit(const std::string& text) {
  std::size_t line = 0;
  for (const char c : text) {
    line = c == '\n' ? 0 : line + 1;
    if (line > longest_wire || (c != '\n' && c != '\t' && (c < ' ' || c > '~'))) return false;
  }
  return true;
}

std::string part(const std::string& type, const std::string& text) {
  std::string lines = text;
  std::erase(lines, '\r');
  if (!lines.ends_with('\n')) lines += '\n';
  const bool plain = is_seven_bit(lines);
  return "Content-Type: " + type + "; charset=utf-8\nContent-Transfer-Encoding: " +
         (plain ? "7bit\n\n" + lines : "quoted-printable\n\n" + quoted_printable(lines));
}

}  // namespace

std::string header_text(const std::string& raw) {
  const std::string text = without_controls(raw);
  if (is_plain(text)) return text;
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    // A character is not cut in two.
    while (end < text.size()) {
      const std::size_t length = std::max<std::size_t>(utf8_length(text, end), 1);
      if (end + length - at > word_bytes) break;
      end += length;
    }
    words += (words.empty() ? "=?utf-8?B?" : "\n =?utf-8?B?") + base64(text.substr(at, end - at)) + "?=";
    at = end;
  }
  return words;
}

std::string quoted_printable(const std::string& text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      out += '\n';
      column = 0;
      continue;
    }
    const bool last = i + 1 == text.size() || text[i + 1] == '\n';
    const bool space = byte == ' ' || byte == '\t';
    std::string piece(1, text[i]);
    if (byte == '=' || byte > '~' || (byte < ' ' && byte != '\t') || (space && last)) {
      piece = {'=', digits[byte >> 4], digits[byte & 15]};
    }
    // A whole character stays on its line; the longest takes twelve.
    const bool begins = (byte & 0xC0) != 0x80;
    const std::size_t needed =
        begins && byte >= 0xC0 ? 3 * std::max<std::size_t>(utf8_length(text, i), 1) : piece.size();
    if (column + needed + (last ? 0 : 1) > longest_line) {
      out += "=\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out;
}

std::string message_text(const Letter& letter) {
  const std::string domain = letter.from.address.substr(letter.from.address.find('@') + 1);
  std::string text = "From: " + mailbox_text("the sender", letter.from) +
                     "\nTo: " + mailbox_text("the recipient", letter.to) + "\nSubject: " + header_text(letter.subject) +
                     "\nDate: " + letter.date + "\nMessage-ID: <" + letter.id + "@" + domain +
                     ">\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n";
  if (letter.html.empty()) return text + part("text/plain", letter.text);
  std::string boundary = "=_" + letter.id;
  while (letter.text.find(boundary) != std::string::npos || letter.html.find(boundary) != std::string::npos) {
    boundary += "_";
  }
  return text + "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\n\n--" + boundary + "\n" +
         part("text/plain", letter.text) + "\n--" + boundary + "\n" + part("text/html", letter.html) + "\n--" +
         boundary + "--\n";
}

}  // namespace acctl
