// The places of {{link}} in the text of a message, of which some would hand the link to a stranger. Pure.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// What in the plain text of a message could take its {{link}} elsewhere, as a phrase; "" if nothing does. The link must
// be a word of its own: as part of another address, whatever shows the message would open that address with it.
std::string find_link_leak(std::string_view text);

// The same for HTML. Only what is known to be harmless passes, so that no reader of HTML sees another document than
// this one: elements and attributes of a list, values in quotes, the link in the text of an element or as the whole
// href of an <a>. HTML without a {{link}} passes as it is.
std::string find_link_leak_in_html(std::string_view html);

}  // namespace acctl
