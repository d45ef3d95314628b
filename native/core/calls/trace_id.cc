#include "core/calls/trace_id.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <random>

namespace aisopod {
namespace {

constexpr size_t kHalf = kTraceIdLength / 2;
using Half = std::array<char, kHalf>;

// Eight digits at once, each in a byte of a word: every call without a context has a new id.
void put_hex(uint32_t value, char* out) {
  uint64_t digits = value;
  digits = (digits | digits << 16) & 0x0000FFFF0000FFFFu;
  digits = (digits | digits << 8) & 0x00FF00FF00FF00FFu;
  digits = (digits | digits << 4) & 0x0F0F0F0F0F0F0F0Fu;
  constexpr uint64_t ones = 0x0101010101010101u;
  const uint64_t letters = ((digits + ones * 6) >> 4) & ones;  // 1 where the digit is above 9
  digits += ones * '0' + letters * ('a' - '0' - 10);
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(digits >> (56 - 8 * i));
}

Half hex(uint64_t value) {
  Half text;
  put_hex(static_cast<uint32_t>(value >> 32), text.data());
  put_hex(static_cast<uint32_t>(value), text.data() + kHalf / 2);
  return text;
}

Half random_half() {
  std::random_device random;
  return hex((uint64_t{random()} << 32) | random());
}

// Ids that differ in their last digit, for one thread: the counter is asked once for all of them.
class Ids {
 public:
  void write(char* out) {
    if (next_ == kMany) fetch();
    std::memcpy(out, text_, kTraceIdLength);
    out[kTraceIdLength - 1] = "0123456789abcdef"[next_++];
  }

 private:
  static constexpr unsigned kMany = 16;

  void fetch() {
    static const Half own = random_half();
    static std::atomic<uint64_t> counter{0};
    const Half counted = hex(counter.fetch_add(kMany));
    std::memcpy(text_, own.data(), kHalf);
    std::memcpy(text_ + kHalf, counted.data(), kHalf);
    next_ = 0;
  }

  char text_[kTraceIdLength] = {};
  unsigned next_ = kMany;
};

}  // namespace

void write_trace_id(char* out) {
  thread_local Ids ids;
  ids.write(out);
}

std::string new_trace_id() {
  std::string text(kTraceIdLength, '0');
  write_trace_id(text.data());
  return text;
}

}  // namespace aisopod
