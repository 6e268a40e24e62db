#include "man/roff.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t line_width = 78;

// Characters that roff would take for commands or make typographic.
std::string escaped_byte(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '"':
      return "\\(dq";
    default:
      return std::string(1, c);
  }
}

// `is_code`: every - is a minus, that can be pasted; in prose one between letters is a hyphen.
std::string escape_roff(std::string_view text, bool is_code) {
  std::string out;
  const std::string whole(text);
  for (std::size_t i = 0; i < whole.size();) {
    const std::size_t length = utf8_length(whole, i);
    const char before = i == 0 ? ' ' : whole[i - 1];
    if (length > 1) {
      char code[16];
      std::snprintf(code, sizeof code, "\\[u%04X]", utf8_code(whole, i));
      out += code;
    } else if (whole[i] == '-' && (is_code || before == ' ' || before == '-')) {
      out += "\\-";
    } else {
      out += escaped_byte(whole[i]);
    }
    i += length > 0 ? length : 1;
  }
  return out;
}

// A word of prose, between two blanks.
struct Word {
  std::string roff;
  std::string plain;
  bool is_macro = false;  // needs a line of its own
};

bool is_closing(std::string_view text) { return text.find_first_not_of(".,:;)]?!") == std::string_view::npos; }

// A table knows no macros.
enum class Links { macros, text };

class Words {
 public:
  explicit Words(const Line& line, Links links = Links::macros) : links_(links) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string_view next = i + 1 < line.size() ? std::string_view(line[i + 1].text) : std::string_view();
      if (line[i].kind == TextSpan::Kind::link) {
        add_link(line[i].text, next.substr(0, std::min(next.find(' '), next.size())));
      } else {
        add_span(line[i]);
      }
    }
    end_word();
  }

  const std::vector<Word>& all() const { return all_; }

 private:
  void end_word() {
    if (!open_) return;
    all_.push_back(std::move(word_));
    word_ = {};
    open_ = false;
  }

  void add(const std::string& roff, std::string_view plain) {
    word_.roff += roff;
    word_.plain += plain;
    open_ = true;
  }

  void add_span(const TextSpan& span) {
    const bool is_code = span.kind != TextSpan::Kind::text;
    const std::string font = span.kind == TextSpan::Kind::code    ? "\\fB"
                             : span.kind == TextSpan::Kind::value ? "\\fI"
                                                                  : "";
    for (std::size_t start = 0; start <= span.text.size();) {
      const std::size_t end = std::min(span.text.find(' ', start), span.text.size());
      const std::string_view piece = std::string_view(span.text).substr(start, end - start);
      if (!piece.empty()) add_piece(piece, is_code, font);
      if (end < span.text.size()) end_word();
      start = end + 1;
    }
  }

  void add_piece(std::string_view piece, bool is_code, const std::string& font) {
    if (open_ && word_.is_macro) {  // what closes after a link is its macro's argument
      for (const char c : piece) add(std::string(" ") + c, std::string_view(&c, 1));
      return;
    }
    add(font + escape_roff(piece, is_code) + (font.empty() ? "" : "\\fP"), piece);
  }

  void add_link(const std::string& link, std::string_view glued) {
    const std::string name(parse_page_name(link));
    const std::string in_brackets = link.substr(name.size());
    if (links_ == Links::macros && !open_ && name.starts_with("acctl") && is_closing(glued)) {
      add(".Xr " + name + " " + in_brackets.substr(1, in_brackets.size() - 2), link);
      word_.is_macro = true;
    } else {
      add("\\fB" + escape_roff(name, true) + "\\fP" + in_brackets, link);
    }
  }

  Links links_;
  std::vector<Word> all_;
  Word word_;
  bool open_ = false;
};

bool ends_sentence(const std::string& word, const std::string& next) {
  std::string_view text = word;
  while (text.ends_with(')') || text.ends_with('\'') || text.ends_with('"')) text.remove_suffix(1);
  const bool stop = text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
  return stop && !next.empty() && std::isupper(static_cast<unsigned char>(next[0])) != 0;
}

// Filled text; ends with a line break.
std::string fill(const Line& line, Links links = Links::macros) {
  const Words words(line, links);
  std::string out;
  std::size_t column = 0;
  const auto break_line = [&] {
    if (column > 0) out += '\n';
    column = 0;
  };
  for (std::size_t i = 0; i < words.all().size(); ++i) {
    const Word& word = words.all()[i];
    if (word.is_macro || column + 1 + word.roff.size() > line_width) break_line();
    if (word.is_macro) {
      out += word.roff + "\n";
      continue;
    }
    if (column == 0 && word.roff.starts_with('.')) out += "\\&";
    out += (column > 0 ? " " : "") + word.roff;
    column += word.roff.size() + 1;
    if (i + 1 < words.all().size() && ends_sentence(word.plain, words.all()[i + 1].plain)) break_line();
  }
  break_line();
  return out;
}

// Behind a macro, where a word must be taken neither for a macro nor for punctuation.
std::string arguments(const Line& line) {
  std::string out;
  const Words words(line);
  for (Word word : words.all()) {
    if (word.is_macro) word.roff = escape_roff(word.plain, true);
    out += (word.plain.size() <= 3 ? " \\&" : " ") + word.roff;
  }
  return out;
}

std::string lines_as_they_are(const std::string& text) {
  std::string out = ".Bd -literal -offset indent\n";
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    out += (line.starts_with('.') ? "\\&" : "") + escape_roff(line, true) + "\n";
    start = end + 1;
  }
  return out + ".Ed\n";
}

std::string blocks(const std::vector<Block>& all);

std::string list(const Block& block) {
  const bool bulleted = block.kind == Block::Kind::bullets;
  std::string out = bulleted ? ".Bl -bullet\n" : ".Bl -tag -width Ds\n";
  for (const Item& item : block.items) {
    out += ".It";
    for (std::size_t i = 0; i < item.terms.size(); ++i) out += (i > 0 ? " \\&," : "") + arguments(item.terms[i]);
    out += "\n" + blocks(item.body);
  }
  return out + ".El\n";
}

// Two columns are a list of terms, which fits every width; more are a table of tbl(1).
std::string table(const Block& block) {
  const std::vector<std::vector<Line>>& rows = block.rows;
  std::string out;
  if (rows.front().size() == 2) {
    out = ".Bl -tag -width Ds\n";
    for (std::size_t i = 1; i < rows.size(); ++i) out += ".It" + arguments(rows[i][0]) + "\n" + fill(rows[i][1]);
    return out + ".El\n";
  }
  out = ".TS\nallbox;\n";
  for (std::size_t i = 0; i < rows.front().size(); ++i) out += i == 0 ? "l" : " lx";
  out += ".\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t cell = 0; cell < rows[i].size(); ++cell) {
      const Line text = i == 0 ? code(plain_text(rows[i][cell])) : rows[i][cell];
      out += (cell > 0 ? "\t" : "") + ("T{\n" + fill(text, Links::text)) + "T}";
    }
    out += "\n";
  }
  return out + ".TE\n";
}

std::string usage(const Block& block) {
  // The first span is the command; in the rest, what belongs together is not broken.
  Line rest(block.line.begin() + 1, block.line.end());
  return ".Nm" + arguments({{TextSpan::Kind::text, block.line.front().text}}) + "\n" + fill(rest);
}

std::string blocks(const std::vector<Block>& all) {
  std::string out;
  using Kind = Block::Kind;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Block& block = all[i];
    const bool heads = i == 0 || all[i - 1].kind == Kind::section || all[i - 1].kind == Kind::subsection;
    switch (block.kind) {
      case Kind::section:
        out += ".Sh" + arguments(block.line) + "\n";
        break;
      case Kind::subsection:
        out += ".Ss" + arguments(block.line) + "\n";
        break;
      case Kind::paragraph:
        out += (heads ? "" : ".Pp\n") + fill(block.line);
        break;
      case Kind::literal:
        out += lines_as_they_are(block.text);
        break;
      case Kind::bullets:
      case Kind::terms:
        out += list(block);
        break;
      case Kind::table:
        out += (heads || block.rows.front().size() == 2 ? "" : ".Pp\n") + table(block);
        break;
      case Kind::usage:
        out += usage(block);
        break;
      case Kind::picture:  // the literal text that follows says the same
      case Kind::fragment:
        break;
    }
  }
  return out;
}

}  // namespace

std::string render_roff(const ManualPage& page) {
  std::string title = page.name;
  std::ranges::transform(title, title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  const bool tabular = std::ranges::any_of(page.blocks, [](const Block& block) {
    return block.kind == Block::Kind::table && block.rows.front().size() > 2;
  });
  // The date of the release and not of the build: the same source gives the same page.
  return std::string(tabular ? "'\\\" t\n" : "") + ".\\\" Made by: acctl manual\n.Dd " ACCTL_RELEASE_DATE "\n.Dt " +
         title + " " + std::to_string(page.section) + "\n.Os\n.Sh NAME\n.Nm " + page.name + "\n.Nd" +
         arguments({{TextSpan::Kind::text, page.summary}}) + "\n" + blocks(page.blocks);
}

}  // namespace acctl
