// Feeds a text to yaml-cpp, altered where yaml-cpp would read it otherwise than YAML has it; each character keeps its
// place. Only a part of the text is copied at a time.
#pragma once

#include <streambuf>
#include <string>
#include <string_view>

#include "provisioning/definitions/yaml_text.hpp"

namespace acctl::yaml {

// Behind the text comes the end of the document: of a quote that is never closed yaml-cpp says nothing, it takes all
// the rest.
class Feed : public std::streambuf {
 public:
  explicit Feed(std::string_view text);

  // Fed since it was 0: yaml-cpp keeps in memory what is no value yet, and brackets that may turn out to be a key. A
  // token takes 88 bytes of it.
  std::size_t ahead = 0;

 private:
  int_type underflow() override;
  void take_part();
  void mark_questions();
  void blank_tabs();
  void join_surrogates();

  std::string_view rest_;  // what was not taken yet
  bool ended_ = false;     // the end of the document was taken
  std::string text_;       // the part that is fed, which ends with a line
  std::size_t above_ = 0;  // depth of the line before it
};

// Takes back what the feed has altered in `scalar`, which begins at text[start].
void as_written(std::string& scalar, std::string_view text, std::size_t start);

}  // namespace acctl::yaml
