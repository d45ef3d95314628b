#include "core/json/number.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace aisopod {
namespace {

constexpr size_t kMostDigits = 17;     // of the shortest form of a double
constexpr size_t kLongestWhole = 309;  // digits of the largest double

// 2^1024 - 2^970: the smallest number that is rounded to infinity.
constexpr char kTooLarge[] =
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017"
    "977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273"
    "854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704"
    "342711559699508093042880177904174497792";
static_assert(sizeof kTooLarge - 1 == kLongestWhole, "as many digits as the largest double");

// digits times ten to the power of `zeros`. Written without a point, which depends on the locale.
double read(uint64_t digits, size_t zeros) {
  char text[48];
  std::snprintf(text, sizeof text, "%llue%zu", static_cast<unsigned long long>(digits), zeros);
  return std::strtod(text, nullptr);
}

// Rounds a number to `digits` significant digits; the result is those digits as an integer.
uint64_t nearest(double value, size_t digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*e", static_cast<int>(digits) - 1, value);
  uint64_t number = 0;
  for (const char* p = text; *p != 'e'; ++p) {
    if (*p >= '0' && *p <= '9') number = number * 10 + static_cast<uint64_t>(*p - '0');
  }
  return number;
}

// Whether JavaScript writes the double nearest to digits * 10^zeros with these digits. It writes
// the fewest that read back as the same double, and of several such numbers the nearest.
// @param digits n of them, the last one not 0
bool is_shortest(uint64_t digits, size_t n, size_t zeros) {
  if (n <= kSafeDigits) return true;
  const double value = read(digits, zeros);
  const uint64_t shorter = digits / 10;
  if (read(shorter, zeros + 1) == value || read(shorter + 1, zeros + 1) == value) return false;
  const uint64_t best = nearest(value, n);
  if (best == digits) return true;
  // Below a power of two doubles lie closer together: there the nearest may read as another double,
  // and the next one above counts.
  return digits == best + 1 && read(best, zeros) != value;
}

// The first digit that is not 0 and those behind it, without the point.
class Digits {
 public:
  Digits(const Byte* p, const Byte* end) : p_(p), end_(end) {}

  // The next one; '0' behind the last.
  Byte next() {
    if (p_ != end_ && *p_ == '.') ++p_;
    return p_ == end_ ? '0' : *p_++;
  }

 private:
  const Byte* p_;
  const Byte* const end_;
};

}  // namespace

bool integer_is_kept(const Byte* digits, size_t n) {
  if (n <= kSafeDigits) return true;
  size_t significant = n;
  while (significant > 1 && digits[significant - 1] == '0') --significant;
  if (significant <= kMostDigits) {
    uint64_t number = 0;
    for (size_t i = 0; i < significant; ++i) number = number * 10 + (digits[i] - '0');
    if (is_shortest(number, significant, n - significant)) return true;
  }
  if (n > kLongestWhole) return false;
  const std::string text(reinterpret_cast<const char*>(digits), n);
  char exact[kLongestWhole + 2];
  std::snprintf(exact, sizeof exact, "%.0f", std::strtod(text.c_str(), nullptr));
  return text == exact;
}

bool is_in_range(const Byte* number, size_t n) {
  const Byte* const end = number + n;
  const Byte* mantissa_end = number;
  while (mantissa_end != end && (*mantissa_end | 0x20) != 'e') ++mantissa_end;
  // How many digits stand before the point once the number begins with a digit that is not 0.
  int64_t whole = 0;
  bool behind_point = false;
  const Byte* first = nullptr;
  for (const Byte* p = number; p != mantissa_end; ++p) {
    if (*p == '.') {
      behind_point = true;
    } else if (first == nullptr && *p == '0') {
      if (behind_point) --whole;
    } else {
      if (first == nullptr) first = p;
      if (!behind_point) ++whole;
    }
  }
  if (first == nullptr) return true;  // zero, whatever its exponent
  if (mantissa_end != end) {
    const Byte* p = mantissa_end + 1;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+') ++p;
    int64_t exponent = 0;
    constexpr int64_t kEnough = int64_t{1} << 56;  // more than any text has digits
    for (; p != end && exponent < kEnough; ++p) exponent = exponent * 10 + (*p - '0');
    whole += negative ? -exponent : exponent;
  }
  constexpr auto longest = static_cast<int64_t>(kLongestWhole);
  if (whole != longest) return whole < longest;
  Digits digits(first, mantissa_end);
  for (size_t i = 0; i < kLongestWhole; ++i) {
    const Byte digit = digits.next();
    const auto limit = static_cast<Byte>(kTooLarge[i]);
    if (digit != limit) return digit < limit;
  }
  return false;
}

}  // namespace aisopod
