#include "commands/meta/show_page.hpp"

#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/pager.hpp"
#include "man/page_text.hpp"
#include "man/roff.hpp"

namespace acctl {

void show_page(const ManualPage& page) {
  const Screen size = screen();
  if (size.rows > 0 && run_with_input({"man", "-l", "-"}, render_roff(page)) == 0) return;
  write_text(render_text(page, help_width(size.columns)));
}

}  // namespace acctl
