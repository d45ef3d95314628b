// The keys of the objects that are open while a text is checked, to find one that stands twice in
// its object. A small object is compared pair by pair, a large one is sorted when it ends: the time
// grows as n log n whatever the keys are, so an author of keys can't slow it down by choosing them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/json/utf8.h"

namespace aisopod {

class JsonKeys {
 public:
  static constexpr size_t kNone = SIZE_MAX;
  static constexpr size_t kLongestText = INT32_MAX;

  explicit JsonKeys(const Byte* text) : text_(text) {}
  JsonKeys(const JsonKeys&) = delete;
  JsonKeys& operator=(const JsonKeys&) = delete;

  // An object begins, inside the one that is open.
  void open() {
    push({first_, static_cast<uint32_t>(escaped_.size()), 0});
    first_ = count_;
  }

  // Adds a key of the innermost object.
  // @param at position of its opening quote
  // @param len bytes between the quotes, as written; @param escaped some of them are escapes
  // Returns false when the object is known to have it already.
  bool add(size_t at, size_t len, bool escaped) {
    const Key key = escaped ? unescaped(at, len) : plain(at, len);
    const size_t known = count_ - first_;
    if (known < kPairwise) {
      for (size_t i = first_; i < count_; ++i) {
        if (keys_[i].sample == key.sample && same(keys_[i], key)) return false;
      }
    }
    push(key);
    return true;
  }

  // The innermost object has ended. Returns the position of the first key that stood there before,
  // or kNone.
  size_t close() {
    const size_t twice = count_ - first_ > kPairwise ? find_twice() : kNone;
    count_ = first_ - 1;
    const Key& opening = keys_[count_];
    first_ = static_cast<size_t>(opening.sample);
    if (escaped_.size() != opening.at) forget(opening.at);
    return twice;
  }

 private:
  static constexpr size_t kPairwise = 24;
  static constexpr size_t kFew = 64;  // without allocating
  static constexpr uint32_t kEscaped = uint32_t{1} << 31;

  struct Key {
    uint64_t sample;  // of its bytes: equal keys have equal samples
    uint32_t at;      // of its quote; with kEscaped in len: its index in escaped_
    uint32_t len;
    // open() pushes one that keeps first_ in sample, and the size of escaped_ in at.
  };

  // A key that was written with escapes.
  struct Escaped {
    size_t at;     // of its quote
    size_t begin;  // of its content in contents_
    size_t len;
  };

  Key plain(size_t at, size_t len) const {
    return {sample(text_ + at + 1, len), static_cast<uint32_t>(at), static_cast<uint32_t>(len)};
  }

  static uint64_t sample(const Byte* p, size_t len);
  Key unescaped(size_t at, size_t len);
  bool same(const Key& a, const Key& b) const;
  size_t length(const Key& key) const;
  const Byte* content(const Key& key) const;
  size_t position(const Key& key) const;
  bool before(const Key& a, const Key& b) const;
  size_t find_twice();
  void forget(size_t left);
  void grow();

  void push(const Key& key) {
    if (count_ == room_) grow();
    keys_[count_++] = key;
  }

  const Byte* const text_;
  size_t first_ = 0;  // of the innermost object, in keys_
  size_t count_ = 0;
  size_t room_ = kFew;
  Key few_[kFew];
  std::unique_ptr<Key[]> many_;
  Key* keys_ = few_;
  std::vector<Escaped> escaped_;
  std::vector<Byte> contents_;
};

}  // namespace aisopod
