#include "core/json/keys.h"

#include <algorithm>
#include <cstring>

#include "core/json/escape.h"

namespace aisopod {

// All bytes of a short key, both ends of a long one.
uint64_t JsonKeys::sample(const Byte* p, size_t len) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15u;
  uint64_t head = 0, tail = 0;
  if (len >= 8) {
    std::memcpy(&head, p, 8);
    std::memcpy(&tail, p + len - 8, 8);
    return (head * kOdd + tail) * kOdd + len;
  }
  uint32_t low = 0, high = 0;
  if (len >= 4) {
    std::memcpy(&low, p, 4);
    std::memcpy(&high, p + len - 4, 4);
  } else if (len > 0) {
    low = static_cast<uint32_t>(p[0] | p[len / 2] << 8 | p[len - 1] << 16);
  }
  head = low | static_cast<uint64_t>(high) << 32;
  return head * kOdd + len;
}

JsonKeys::Key JsonKeys::unescaped(size_t at, size_t len) {
  const size_t begin = contents_.size();
  contents_.resize(begin + len);
  const size_t n = unescape(text_ + at + 1, len, contents_.data() + begin);
  contents_.resize(begin + n);
  escaped_.push_back({at, begin, n});
  return {sample(contents_.data() + begin, n), static_cast<uint32_t>(escaped_.size() - 1),
          static_cast<uint32_t>(n) | kEscaped};
}

size_t JsonKeys::length(const Key& key) const { return key.len & ~kEscaped; }

const Byte* JsonKeys::content(const Key& key) const {
  if ((key.len & kEscaped) == 0) return text_ + key.at + 1;
  return contents_.data() + escaped_[key.at].begin;
}

size_t JsonKeys::position(const Key& key) const {
  return (key.len & kEscaped) == 0 ? key.at : escaped_[key.at].at;
}

bool JsonKeys::same(const Key& a, const Key& b) const {
  return length(a) == length(b) && std::memcmp(content(a), content(b), length(a)) == 0;
}

// An order in which equal keys stand next to each other, the first one of the text first.
bool JsonKeys::before(const Key& a, const Key& b) const {
  if (length(a) != length(b)) return length(a) < length(b);
  const int order = std::memcmp(content(a), content(b), length(a));
  return order != 0 ? order < 0 : position(a) < position(b);
}

size_t JsonKeys::find_twice() {
  Key* const begin = keys_ + first_;
  Key* const end = keys_ + count_;
  std::sort(begin, end, [this](const Key& a, const Key& b) {
    return a.sample != b.sample ? a.sample < b.sample : before(a, b);
  });
  size_t twice = kNone;
  for (const Key* key = begin + 1; key < end; ++key) {
    if (key[-1].sample == key->sample && same(key[-1], *key)) {
      twice = std::min(twice, position(*key));
    }
  }
  return twice;
}

// Forgets the keys that were written with escapes, except the first `left`.
void JsonKeys::forget(size_t left) {
  contents_.resize(escaped_[left].begin);
  escaped_.resize(left);
}

void JsonKeys::grow() {
  std::unique_ptr<Key[]> more(new Key[room_ * 2]);
  std::copy(keys_, keys_ + count_, more.get());
  many_ = std::move(more);
  keys_ = many_.get();
  room_ *= 2;
}

}  // namespace aisopod
