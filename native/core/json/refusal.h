// What a person reads about a text that check_json() refuses.
#pragma once

#include <string>

#include "core/json/check.h"

namespace aisopod {

struct JsonRefusal {
  std::string what;    // such as: not JSON: unexpected end
  std::string advice;  // such as: write it as a string; empty: there is nothing to add
};

// Of a verdict with a fault.
JsonRefusal refusal_of(const JsonVerdict& verdict, const char* text, size_t len);

// The same as one sentence with its place: what, at which byte; advice.
std::string sentence_of(const JsonVerdict& verdict, const char* text, size_t len);

}  // namespace aisopod
