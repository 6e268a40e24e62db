#include "provisioning/base/set_aside.hpp"

#include <utility>

#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

constexpr std::size_t small = 1u << 20;

}  // namespace

SetAside::SetAside(std::string text) : text_(std::move(text)) {
  if (text_.size() <= small) return;
  file_.reset(std::tmpfile());
  if (!file_) return;
  const std::size_t written = std::fwrite(text_.data(), 1, text_.size(), file_.get());
  if (written != text_.size() || std::fflush(file_.get()) != 0) {
    file_.reset();
    return;
  }
  size_ = text_.size();
  std::string().swap(text_);  // an assignment would keep the memory
}

std::string SetAside::read() const {
  if (!file_) return text_;
  std::string text(size_, '\0');
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0 || std::fread(text.data(), 1, size_, file_.get()) != size_) {
    throw Error(ErrorKind::failed, "a temporary file of this run cannot be read any more",
                "Nothing was changed by this run; run the command again.");
  }
  return text;
}

}  // namespace acctl
