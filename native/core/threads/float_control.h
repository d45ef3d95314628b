// How this thread rounds, and whether it flushes tiny numbers to zero. An INLINE handler that
// changes it would make JavaScript compute wrong results for the rest of the process: after
// fesetround(FE_UPWARD), 1 / 3 is another number.
#pragma once

#include <cfenv>
#include <cstdint>
#if defined(__SSE2__) || defined(_M_X64)
#  include <xmmintrin.h>
#endif

namespace aisopod {

struct FloatControl {
  uint64_t vector = 0;  // MXCSR or FPCR, without what only records past exceptions
  uint32_t legacy = 0;  // the control word of the x87, or the rounding mode where nothing is known

  bool operator==(const FloatControl& other) const {
    return vector == other.vector && legacy == other.legacy;
  }
};

// Of the calling thread. Some nanoseconds: it is read twice for each inline call.
inline FloatControl float_control() {
  FloatControl now;
#if defined(__SSE2__) || defined(_M_X64)
  constexpr unsigned kPastExceptions = 0x3F;
  now.vector = _mm_getcsr() & ~kPastExceptions;
#endif
#if defined(__GNUC__) && defined(__x86_64__)
  uint16_t word = 0;
  __asm__ volatile("fnstcw %0" : "=m"(word));
  now.legacy = word;
#elif defined(__GNUC__) && defined(__aarch64__)
  __asm__ volatile("mrs %0, fpcr" : "=r"(now.vector));
#else
  now.legacy = static_cast<uint32_t>(std::fegetround());
#endif
  return now;
}

// Sets what float_control() has read, on the same thread.
inline void set_float_control(const FloatControl& to) {
#if defined(__SSE2__) || defined(_M_X64)
  constexpr unsigned kPastExceptions = 0x3F;
  _mm_setcsr(static_cast<unsigned>(to.vector) | (_mm_getcsr() & kPastExceptions));
#endif
#if defined(__GNUC__) && defined(__x86_64__)
  const auto word = static_cast<uint16_t>(to.legacy);
  __asm__ volatile("fldcw %0" : : "m"(word));
#elif defined(__GNUC__) && defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(to.vector));
#else
  std::fesetround(static_cast<int>(to.legacy));
#endif
}

}  // namespace aisopod
