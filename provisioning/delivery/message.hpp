// Renders one message as text (RFC 5322, MIME). The same letter gives the same bytes: nothing is random, and the date
// is the time when it was queued.
#pragma once

#include <string>

#include "provisioning/platform/mail_settings.hpp"

namespace acctl {

struct Letter {
  Mailbox from;
  Mailbox to;
  std::string id;    // what is before the @ of the Message-ID; letters, digits and -
  std::string date;  // as the header has it: "Sun, 22 Nov 2026 07:40:35 +0000"
  std::string subject;
  std::string text;
  std::string html;  // "": the mail is plain text only
};

// Lines end with \n; all of it is ASCII and no line is longer than 998 bytes. Control characters in headers become
// spaces, so that no value can begin a header of its own. Throws Error(invalid) for addresses that are none.
std::string message_text(const Letter& letter);

// `text` of a header as encoded words (RFC 2047) if it is not plain, folded.
std::string header_text(const std::string& text);

// Quoted-printable (RFC 2045), with soft line breaks.
std::string quoted_printable(const std::string& text);

}  // namespace acctl
