#include "core/calls/trace_id.h"

#include <atomic>
#include <cstdint>
#include <random>

namespace aisopod {
namespace {

constexpr size_t kHalf = 16;

void write_hex(uint64_t value, char* out) {
  for (size_t i = kHalf; i-- > 0; value >>= 4) out[i] = "0123456789abcdef"[value & 15];
}

uint64_t random_half() {
  std::random_device random;
  return (uint64_t{random()} << 32) | random();
}

}  // namespace

std::string new_trace_id() {
  static const uint64_t half = random_half();
  static std::atomic<uint64_t> last{0};
  char text[2 * kHalf];
  write_hex(half, text);
  write_hex(++last, text + kHalf);
  return std::string(text, sizeof text);
}

}  // namespace aisopod
