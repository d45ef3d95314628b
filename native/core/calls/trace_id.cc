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

Half hex(uint64_t value) {
  Half text;
  for (size_t i = kHalf; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

Half random_half() {
  std::random_device random;
  return hex((uint64_t{random()} << 32) | random());
}

}  // namespace

void write_trace_id(char* out) {
  static const Half own = random_half();
  static std::atomic<uint64_t> last{0};
  std::memcpy(out, own.data(), kHalf);
  const Half counted = hex(++last);
  std::memcpy(out + kHalf, counted.data(), kHalf);
}

std::string new_trace_id() {
  std::string text(kTraceIdLength, '0');
  write_trace_id(text.data());
  return text;
}

}  // namespace aisopod
