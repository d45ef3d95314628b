// Which calls of an inline handler are timed. Two looks at the clock cost as much as a short
// handler takes, so only the first is, then one in kEvery, and each that follows a slow one.
// [host's thread]
#pragma once

#include <cstdint>
#include <utility>

namespace aisopod {

class InlineTiming {
 public:
  static constexpr uint32_t kEvery = 16;

  // Whether the call that begins now is to be timed.
  bool next() {
    if (begun_ && slow_ == 0 && untimed_ + 1 < kEvery) {
      ++untimed_;
      return false;
    }
    begun_ = true;
    return true;
  }
  // After one that was: how many it stands for, itself and those before it that were not.
  uint32_t take_weight() { return std::exchange(untimed_, 0) + 1; }
  // How many in a row were slow, with this one.
  int count(bool slow) { return slow_ = slow ? slow_ + 1 : 0; }

 private:
  uint32_t untimed_ = 0;
  int slow_ = 0;
  bool begun_ = false;
};

}  // namespace aisopod
