#include "man/html.hpp"

#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "man/pages.hpp"
#include "man/tasks.hpp"
#include "man/texts.hpp"

namespace acctl {

namespace {

std::string to_html_file(const PageEntry& page) { return page.name + "." + std::to_string(page.section) + ".html"; }

std::string to_title(const PageEntry& page) { return page.name + "(" + std::to_string(page.section) + ")"; }

// The program's own text. Line breaks stay, unlike in html_escaped(), which is for what comes from outside.
std::string as_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

// "exit-status": what a heading is linked by.
std::string to_anchor(const std::string& text) {
  std::string anchor;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) anchor += static_cast<char>(std::tolower(byte));
    if (std::isalnum(byte) == 0 && !anchor.empty() && anchor.back() != '-') anchor += '-';
  }
  while (anchor.ends_with('-')) anchor.pop_back();
  return anchor;
}

class PageWriter {
 public:
  explicit PageWriter(const std::set<std::string>& links) : links_(links) {}

  std::string line(const Line& line) const {
    std::string out;
    for (const TextSpan& span : line) {
      const std::string text = as_html(span.text);
      if (span.kind == TextSpan::Kind::text) out += text;
      if (span.kind == TextSpan::Kind::code) out += "<code>" + text + "</code>";
      if (span.kind == TextSpan::Kind::value) out += "<var>" + text + "</var>";
      if (span.kind == TextSpan::Kind::link) out += link(span.text);
    }
    return out;
  }

  std::string blocks(const std::vector<Block>& all) {
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += block(all[i]);
      // The literal text behind a picture is for readers who have no pictures.
      if (all[i].kind == Block::Kind::picture && i + 1 < all.size() && all[i + 1].kind == Block::Kind::literal) ++i;
    }
    return out;
  }

 private:
  std::string link(const std::string& target) const {
    const std::string name(parse_page_name(target));
    const std::string section = target.substr(name.size() + 1, 1);
    if (!links_.contains(target)) return "<b>" + as_html(name) + "</b>(" + section + ")";
    return "<a href=\"" + name + "." + section + ".html\">" + as_html(target) + "</a>";
  }

  std::string unique_anchor(const std::string& text) {
    std::string anchor = to_anchor(text);
    for (int number = 2; !anchors_.insert(anchor).second; ++number)
      anchor = to_anchor(text) + "-" + std::to_string(number);
    return anchor;
  }

  std::string heading(const Block& block, const char* tag) {
    const std::string anchor = unique_anchor(plain_text(block.line));
    return std::string("<") + tag + " id=\"" + anchor + "\"><a href=\"#" + anchor + "\">" + line(block.line) +
           "</a></" + tag + ">\n";
  }

  std::string block(const Block& block) {
    switch (block.kind) {
      case Block::Kind::section:
        return heading(block, "h2");
      case Block::Kind::subsection:
        return heading(block, "h3");
      case Block::Kind::paragraph:
        return "<p>" + line(block.line) + "</p>\n";
      case Block::Kind::usage:
        return "<p class=\"usage\">" + line(block.line) + "</p>\n";
      case Block::Kind::literal:
        return "<pre tabindex=\"0\">" + as_html(block.text) + "</pre>\n";
      case Block::Kind::bullets:
        return bullets(block);
      case Block::Kind::terms:
        return terms(block);
      case Block::Kind::table:
        return table(block);
      case Block::Kind::picture:
        return "<figure><img src=\"" + as_html(block.text) + "\" alt=\"" + as_html(plain_text(block.line)) +
               "\"><figcaption>" + line(block.line) + "</figcaption></figure>\n";
      case Block::Kind::fragment:
        break;
    }
    return "";
  }

  std::string bullets(const Block& block) {
    std::string out = "<ul>\n";
    for (const Item& item : block.items) out += "<li>" + blocks(item.body) + "</li>\n";
    return out + "</ul>\n";
  }

  std::string terms(const Block& block) {
    std::string out = "<dl>\n";
    for (const Item& item : block.items) {
      for (const Line& term : item.terms) out += "<dt>" + line(term) + "</dt>\n";
      out += "<dd>" + blocks(item.body) + "</dd>\n";
    }
    return out + "</dl>\n";
  }

  std::string table(const Block& block) {
    std::string out = "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>";
    for (const Line& cell : block.rows.front()) out += "<th scope=\"col\">" + line(cell) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 1; i < block.rows.size(); ++i) {
      out += "<tr>";
      for (const Line& cell : block.rows[i]) out += "<td>" + line(cell) + "</td>";
      out += "</tr>\n";
    }
    return out + "</tbody>\n</table></div>\n";
  }

  const std::set<std::string>& links_;
  std::set<std::string> anchors_;
};

std::string contents(const std::vector<Block>& blocks) {
  std::string out;
  std::set<std::string> seen;
  for (const Block& block : blocks) {
    if (block.kind != Block::Kind::section) continue;
    const std::string text = plain_text(block.line);
    if (!seen.insert(text).second) continue;
    out += "<li><a href=\"#" + to_anchor(text) + "\">" + as_html(text) + "</a></li>\n";
  }
  return out.empty() ? "" : "<nav class=\"contents\" aria-label=\"On this page\"><ul>\n" + out + "</ul></nav>\n";
}

std::string document(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         as_html(title) +
         "</title>\n<link rel=\"stylesheet\" href=\"manual.css\">\n<script src=\"search-index.js\" defer></script>\n"
         "<script src=\"manual.js\" defer></script>\n</head>\n<body>\n"
         "<a class=\"skip\" href=\"#main\">Skip to the page</a>\n<header>\n"
         "<a class=\"home\" href=\"index.html\">acctl manual</a>\n<search role=\"search\">"
         "<label for=\"search\">Search</label> <input id=\"search\" type=\"search\" autocomplete=\"off\">"
         "<div id=\"found\" role=\"status\"></div></search>\n</header>\n" +
         body + "<footer>acctl " ACCTL_VERSION ", " ACCTL_RELEASE_DATE "</footer>\n</body>\n</html>\n";
}

std::string page_document(const PageEntry& entry, const ManualPage& page, const std::set<std::string>& links) {
  PageWriter writer(links);
  return document(to_title(entry), contents(page.blocks) + "<main id=\"main\">\n<h1>" + as_html(to_title(entry)) +
                                       "</h1>\n<p class=\"summary\">" + writer.line(parse_line(page.summary)) +
                                       "</p>\n" + writer.blocks(page.blocks) + "</main>\n");
}

Block list_of_pages(const std::vector<PageEntry>& pages, int section) {
  Block list{.kind = Block::Kind::terms};
  for (const PageEntry& page : pages) {
    if (page.section != section) continue;
    list.items.push_back({{{{TextSpan::Kind::link, to_title(page)}}}, {paragraph(parse_line(page.summary))}});
  }
  return list;
}

std::string index_document(const Command& root, const std::vector<PageEntry>& pages,
                           const std::set<std::string>& links) {
  std::vector<Block> blocks = {section("Guides"), list_of_pages(pages, 7), section("Files"), list_of_pages(pages, 5)};
  for (const Task& task : tasks(root)) {
    blocks.push_back(section(task.title));
    Block list{.kind = Block::Kind::terms};
    for (const Command* command : task.commands) {
      Item item{{{{TextSpan::Kind::link, "acctl-" + command->name + "(1)"}}},
                {paragraph(parse_line(command->summary))}};
      Line verbs;
      for (const Command& verb : command->subcommands) {
        if (!verbs.empty()) verbs.push_back({TextSpan::Kind::text, " "});
        verbs.push_back({TextSpan::Kind::link, "acctl-" + command->name + "-" + verb.name + "(1)"});
      }
      if (!verbs.empty()) item.body.push_back(paragraph(std::move(verbs)));
      list.items.push_back(std::move(item));
    }
    blocks.push_back(std::move(list));
  }
  PageWriter writer(links);
  return document("acctl manual",
                  "<main id=\"main\">\n<h1>acctl manual</h1>\n<p class=\"summary\">" +
                      writer.line(parse_line("New here? acctl-tutorial(7) takes twenty minutes, "
                                             "acctl-concepts(7) names the ideas, acctl(1) is the overview.")) +
                      "</p>\n" + writer.blocks(blocks) + "</main>\n");
}

void add_words(const std::vector<Block>& blocks, std::string& text) {
  for (const Block& block : blocks) {
    text += plain_text(block.line) + " " + block.text + " ";
    for (const std::vector<Line>& row : block.rows) {
      for (const Line& cell : row) text += plain_text(cell) + " ";
    }
    for (const Item& item : block.items) {
      for (const Line& term : item.terms) text += plain_text(term) + " ";
      add_words(item.body, text);
    }
  }
}

}  // namespace

std::vector<SiteFile> html_manual(const Command& root) {
  const std::vector<PageEntry> pages = list_pages(root);
  std::set<std::string> links;
  for (const PageEntry& page : pages) links.insert(to_title(page));
  std::vector<SiteFile> files = {{"index.html", index_document(root, pages, links)},
                                 {"manual.css", std::string(html_style())},
                                 {"manual.js", std::string(html_script())}};
  for (const ManualText& picture : pictures())
    files.push_back({std::string(picture.name) + ".svg", std::string(picture.text)});
  nlohmann::ordered_json index = nlohmann::ordered_json::array();
  for (const PageEntry& entry : pages) {
    const ManualPage page = make_page(root, entry);
    files.push_back({to_html_file(entry), page_document(entry, page, links)});
    std::string text;
    add_words(page.blocks, text);
    index.push_back({to_html_file(entry), to_title(entry), entry.summary, text});
  }
  files.push_back({"search-index.js", "const searchIndex = " + index.dump() + ";\n"});
  return files;
}

}  // namespace acctl
