// Shows a page of the manual to a person.
#pragma once

#include "man/pages.hpp"

namespace acctl {

// On a terminal by man(1), else as plain text; a terminal without man(1) gets the text, by the pager if it is long.
void show_page(const ManualPage& page);

}  // namespace acctl
