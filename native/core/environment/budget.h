// How much of something may wait: a number of items, and their bytes together. A queue that counts
// its items only would hold a gigabyte when each of a thousand has a megabyte.
#pragma once

#include <atomic>
#include <cstddef>

namespace aisopod {

class Budget {
 public:
  // [any thread] Takes a place, and room for `bytes`. False: there is no room; nothing was taken.
  // One item may be larger than all the room, since a payload may be.
  bool take(size_t bytes, size_t most, size_t most_bytes) {
    const size_t count = count_.fetch_add(1, std::memory_order_relaxed);
    const size_t before = bytes_.fetch_add(bytes, std::memory_order_relaxed);
    if (count < most && (before == 0 || (before < most_bytes && bytes <= most_bytes - before))) {
      return true;
    }
    release(bytes);
    return false;
  }

  // [any thread] One item has left the queue.
  void release(size_t bytes) {
    count_.fetch_sub(1, std::memory_order_relaxed);
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  }

  size_t count() const { return count_.load(std::memory_order_relaxed); }
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::atomic<size_t> count_{0};
  std::atomic<size_t> bytes_{0};
};

}  // namespace aisopod
