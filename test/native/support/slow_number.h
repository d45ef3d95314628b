// A second opinion on numbers: works on decimal digits as text, apart from the core's rule.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace test {

// The decimal digits of number * 2.
inline std::string doubled(const std::string& number) {
  std::string out;
  int carry = 0;
  for (auto digit = number.rbegin(); digit != number.rend(); ++digit) {
    const int twice = (*digit - '0') * 2 + carry;
    out.push_back(static_cast<char>('0' + twice % 10));
    carry = twice / 10;
  }
  if (carry != 0) out.push_back('1');
  std::reverse(out.begin(), out.end());
  return out;
}

// The digits of a whole number that is not negative, all of them.
inline std::string exact_digits(double number) {
  int exponent = 0;
  const double fraction = std::frexp(number, &exponent);
  std::string digits = std::to_string(static_cast<uint64_t>(std::ldexp(fraction, 53)));
  if (exponent < 53) return std::to_string(static_cast<uint64_t>(number));
  for (; exponent > 53; --exponent) digits = doubled(digits);
  return digits;
}

// The shortest digits that read back as the same double, with zeros behind them.
inline std::string shortest_digits(double number) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific);
  const std::string written(text, end.ptr);
  const size_t e = written.find('e');
  std::string digits = written.substr(0, 1);
  if (e > 1) digits += written.substr(2, e - 2);
  const auto whole = static_cast<size_t>(std::stoi(written.substr(e + 1))) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  return digits;
}

// Whether a double keeps a well-formed number of JSON. Needs the locale "C".
inline bool slow_number_is_kept(const std::string& number) {
  const double value = std::fabs(std::strtod(number.c_str(), nullptr));
  if (!std::isfinite(value)) return false;
  if (number.find_first_of(".eE") != std::string::npos) return true;
  const std::string digits = number.substr(number[0] == '-' ? 1 : 0);
  return digits == "0" || digits == exact_digits(value) || digits == shortest_digits(value);
}

}  // namespace test
