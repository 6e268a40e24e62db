#include "provisioning/definitions/formatter/tree.hpp"

#include <algorithm>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml_text.hpp"

namespace acctl::layout {

namespace {

constexpr std::string_view white = " \t\r\n";

struct Comment {
  std::string text;
  int line = 0;
  int column = 0;
  bool alone = false;  // nothing but it stands in its line
};

// Walks the nodes in the order of the text. Between two of them there are only marks, blanks and comments, so each #
// there begins a comment.
class Scanner {
 public:
  Scanner(Tree& tree, std::string_view text) : tree_(tree), text_(text) {
    starts_.push_back(0);
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '\n') starts_.push_back(at + 1);
    }
  }

  void run() {
    tree_.value.node = &tree_.root;
    visit(tree_.value, 0);
    pass(text_.size());
    settle(nullptr, 0);
    std::ranges::sort(tree_.comments);
  }

 private:
  struct Closed {
    Value* value;
    int column;
  };

  std::size_t offset(const YamlNode& node) const {
    if (node.line < 1 || static_cast<std::size_t>(node.line) > starts_.size()) return at_;
    std::size_t at = starts_[static_cast<std::size_t>(node.line) - 1];
    for (int column = 1; column < node.column && at < text_.size(); ++column) at += utf8_length(text_, at);
    return at;
  }

  int find_line(std::size_t at) const {
    return static_cast<int>(std::ranges::upper_bound(starts_, at) - starts_.begin());
  }

  std::string_view line(int number) const {
    const std::size_t start = starts_[static_cast<std::size_t>(number) - 1];
    std::string_view found = text_.substr(start, text_.find('\n', start) - start);
    while (found.ends_with('\r')) found.remove_suffix(1);
    return found;
  }

  // Collects what stands before `end`.
  void pass(std::size_t end) {
    std::size_t breaks = 0;
    while (at_ < end) {
      const char c = text_[at_];
      if (c == '#') {
        take_comment();
        breaks = 0;
        continue;
      }
      if (c == '\n' && ++breaks > 1) {
        blank_ = true;
        if (entries_ == 0) pending_.push_back({});  // splits the head of the file from its first entry
      }
      if (white.find(c) == std::string_view::npos) breaks = 0;
      ++at_;
    }
  }

  void take_comment() {
    const std::size_t comment_start = at_;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view text = text_.substr(at_, end - at_);
    while (!text.empty() && white.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
    const int number = find_line(at_);
    const std::size_t start = starts_[static_cast<std::size_t>(number) - 1];
    const bool alone = text_.substr(start, at_ - start).find_first_not_of(" \t") == std::string_view::npos;
    at_ = end;
    tree_.comments.emplace_back(text);
    if (!alone && last_ != nullptr && last_line_ == number) {
      add_beside(*last_, std::string(text));
    } else {
      pending_.push_back({std::string(text), number, static_cast<int>(comment_start - start) + 1, alone});
    }
  }

  static void add_beside(Entry& entry, std::string text) {
    if (entry.beside.empty()) {
      entry.beside = std::move(text);
    } else {
      entry.above.push_back(std::move(text));
    }
  }

  // Gives the comments that were passed to the blocks that have ended, by their indentation, or to the entry `next`,
  // which begins in `column`; at the end of the file there is none.
  void settle(Entry* next, int column) {
    std::size_t block = 0;
    std::vector<std::string> above;
    for (const Comment& comment : pending_) {
      if (comment.text.empty()) {
        tree_.head.insert(tree_.head.end(), above.begin(), above.end());
        if (!above.empty()) tree_.head.emplace_back();
        above.clear();
        continue;
      }
      while (block < closed_.size() && closed_[block].column > comment.column) ++block;
      const bool inside = comment.alone && block < closed_.size() && closed_[block].column > column;
      if (inside && above.empty()) {
        closed_[block].value->tail.push_back(comment.text);
      } else {
        above.push_back(comment.text);
      }
    }
    std::vector<std::string>& target = next == nullptr ? tree_.value.tail : next->above;
    target.insert(target.end(), above.begin(), above.end());
    if (next != nullptr) next->blank = blank_ && entries_ > 0;
    pending_.clear();
    closed_.clear();
    blank_ = false;
  }

  void open(Entry& entry, const YamlNode& node, int column) {
    // A node that is not there has no place of its own.
    if (!(node.is_null() && node.text.empty()) || entry.key != nullptr) pass(std::max(at_, offset(node)));
    settle(&entry, column);
    ++entries_;
    last_ = &entry;
    last_line_ = find_line(at_);
  }

  // `parent`: columns by which the block around the value is indented.
  void visit(Value& value, int parent) {
    const YamlNode& node = *value.node;
    if (node.type == YamlNode::Type::scalar) return visit_scalar(value, parent);
    const bool flow = is_flow(node);
    if (flow) {
      skip_to(node, 1);
      ++brackets_;
    }
    Entry* owner = last_;
    value.entries.reserve(node.entries.size() + node.items.size());  // last_ points into it
    for (const YamlNode& item : node.items) {
      Entry& entry = value.entries.emplace_back();
      entry.value.node = &item;
      open(entry, item, node.column);
      visit(entry.value, node.column);
    }
    for (const YamlEntry& pair : node.entries) {
      Entry& entry = value.entries.emplace_back();
      entry.key = &pair.key;
      entry.value.node = &pair.value;
      open(entry, pair.key, node.column);
      Value key{.node = &pair.key, .style = {}, .lines = {}, .entries = {}, .tail = {}};
      visit_scalar(key, node.column);
      visit(entry.value, node.column);
    }
    if (!flow) {
      if (brackets_ == 0) closed_.push_back({&value, node.column});
      return;
    }
    --brackets_;
    pass_bracket(node.type == YamlNode::Type::sequence ? ']' : '}');
    // Within brackets indentation says nothing: what is left belongs to them.
    for (Comment& comment : pending_) {
      if (comment.text.empty()) continue;
      (value.entries.empty() && owner != nullptr ? owner->above : value.tail).push_back(std::move(comment.text));
    }
    pending_.clear();
    closed_.clear();
    blank_ = false;
    last_ = owner;
    last_line_ = find_line(at_ == 0 ? 0 : at_ - 1);
  }

  bool is_flow(const YamlNode& node) const {
    const std::size_t start = offset(node);
    if (start >= text_.size()) return false;
    return text_[start] == (node.type == YamlNode::Type::sequence ? '[' : '{');
  }

  void skip_to(const YamlNode& node, std::size_t length) {
    pass(std::max(at_, offset(node)));
    at_ = std::min(at_ + length, text_.size());
  }

  void pass_bracket(char bracket) {
    while (at_ < text_.size() && text_[at_] != bracket) {
      if (text_[at_] == '#') {
        take_comment();
      } else {
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  void visit_scalar(Value& value, int parent) {
    const YamlNode& node = *value.node;
    if (!node.text.empty() || node.quoted) {  // else it is not there
      skip_to(node, 0);
      at_ = offset(node);
      const char first = at_ < text_.size() ? text_[at_] : '\0';
      if (node.quoted && (first == '"' || first == '\'')) {
        at_ = std::min(yaml::quote_end(text_, at_), text_.size());
      } else if (node.quoted && (first == '|' || first == '>')) {
        pass_block(value, parent);
      } else {
        pass_plain(node.text);
      }
    }
    last_line_ = find_line(at_ == 0 ? 0 : at_ - 1);
  }

  // Its characters stand in the text as they are, lines folded.
  void pass_plain(const std::string& text) {
    for (const char c : text) {
      if (white.find(c) != std::string_view::npos) continue;
      while (at_ < text_.size() && white.find(text_[at_]) != std::string_view::npos) ++at_;
      ++at_;
    }
    at_ = std::min(at_, text_.size());
  }

  void pass_block(Value& value, int parent) {
    std::string style(1, text_[at_++]);
    std::size_t indent = 0;
    for (; at_ < text_.size() && std::string_view("+-0123456789").find(text_[at_]) != std::string_view::npos; ++at_) {
      const char c = text_[at_];
      if (c == '+' || c == '-') {
        style += c;
      } else {
        // Counted from the block around it, which for the top level has no indentation.
        indent = static_cast<std::size_t>(c - '0') + static_cast<std::size_t>(std::max(parent - 1, 0));
      }
    }
    last_line_ = find_line(at_);
    pass(std::min(text_.find('\n', at_), text_.size()));
    int number = find_line(at_) + 1;
    std::vector<std::string> lines;
    std::size_t used = 0;   // lines up to the last one that is not blank
    std::size_t blank = 0;  // the longest of those before the text
    for (; number <= static_cast<int>(starts_.size()); ++number) {
      const std::string_view whole = line(number);
      const std::size_t content = std::min(whole.find_first_not_of(' '), whole.size());
      // Spaces beyond the indentation are text.
      const bool empty = content == whole.size() && (indent == 0 || content <= indent);
      if (indent == 0 && !empty) {
        // Blank lines before it that are longer are its indentation, and it is no part of the text.
        if (content < static_cast<std::size_t>(parent) || content < blank) break;
        indent = content;
      }
      if (indent == 0) blank = std::max(blank, content);
      if (!empty && content < indent) break;
      lines.emplace_back(whole.size() > indent ? whole.substr(indent == 0 ? content : indent) : std::string_view());
      if (!empty) used = lines.size();
    }
    const int first = find_line(at_) + 1;
    lines.resize(used);
    const int next = first + static_cast<int>(used);
    // At the end of its last line, so that a blank line behind it is seen as one.
    at_ = next <= static_cast<int>(starts_.size()) ? starts_[static_cast<std::size_t>(next) - 1] - 1 : text_.size();
    // Where the file ends without a line break the text has none either.
    if (at_ == text_.size() && style.size() == 1) style += '-';
    // One that keeps its final breaks cannot be told from blank lines of the layout.
    if (used > 0 && !style.ends_with('+')) {
      value.style = style;
      value.lines = std::move(lines);
    }
  }

  Tree& tree_;
  std::string_view text_;
  std::vector<std::size_t> starts_;  // of lines
  std::size_t at_ = 0;
  std::size_t entries_ = 0;  // begun so far
  int brackets_ = 0;         // open ones
  std::vector<Comment> pending_;
  std::vector<Closed> closed_;  // blocks that have ended since the last entry began, from the innermost
  bool blank_ = false;
  Entry* last_ = nullptr;  // begun or ended last
  int last_line_ = 0;
};

}  // namespace

void read_tree(Tree& tree, std::string_view text, const std::string& name) {
  tree.root = read_yaml(text, name);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (tree.root.type != YamlNode::Type::mapping) {
    YamlNode top;
    top.line = top.column = 1;
    throw problem_at(name, top, "a definitions document is a mapping that begins with `acctl: 1`");
  }
  Scanner(tree, text).run();
}

}  // namespace acctl::layout
