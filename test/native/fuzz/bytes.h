// The input of a fuzz run, read as a script: what is over reads as 0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace fuzz {

class Bytes {
 public:
  Bytes() = default;
  Bytes(const uint8_t* data, size_t size)
      : text_(reinterpret_cast<const char*>(data), size), end_(size) {}

  bool empty() const { return at_ == end_; }
  uint8_t next() { return empty() ? uint8_t{0} : static_cast<uint8_t>(text_[at_++]); }
  unsigned below(unsigned n) { return next() % n; }
  bool one_in(unsigned n) { return below(n) == n - 1; }

  template <class T, size_t N>
  const T& one_of(const T (&choices)[N]) {
    return choices[below(N)];
  }

  // A script for something that runs later: up to `most` of the bytes that come.
  Bytes script(size_t most = 24) {
    const size_t wanted = below(static_cast<unsigned>(most) + 1);
    const size_t n = std::min(wanted, end_ - at_);
    Bytes piece;
    piece.text_ = text_.substr(at_, n);
    piece.end_ = n;
    at_ += n;
    return piece;
  }

 private:
  std::string text_;
  size_t at_ = 0;
  size_t end_ = 0;
};

}  // namespace fuzz
