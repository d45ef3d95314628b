// The table of test/base/json/contract-cases.json: texts, and what check_json() says of each.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "aisopod/json.h"
#include "support/harness.h"

namespace test {

struct JsonCase {
  std::string text;
  std::string refused;  // the sentence; empty: the text is taken
};

inline std::string text_of(aisopod_json object, const char* key) {
  aisopod_json member;
  if (aisopod_json_get(object, key, &member) == 0) return "";
  std::string text(member.len, '\0');
  text.resize(aisopod_json_text(member, &text[0], text.size()));
  return text;
}

// A text is written out, in hexadecimal where it is not UTF-8, or as containers around something.
inline std::string written(aisopod_json one) {
  aisopod_json times;
  if (aisopod_json_get(one, "times", &times) != 0) {
    double count = 0;
    aisopod_json_number(times, &count);
    std::string text = text_of(one, "inner");
    std::string before, after;
    for (int i = 0; i < static_cast<int>(count); ++i) {
      before += text_of(one, "open");
      after += text_of(one, "close");
    }
    return before + text + after;
  }
  const std::string hex = text_of(one, "hex");
  if (hex.empty()) return text_of(one, "text");
  std::string text;
  for (size_t i = 0; i < hex.size(); i += 2) {
    text.push_back(static_cast<char>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return text;
}

inline std::vector<JsonCase> json_cases() {
  std::ifstream in(AISOPOD_JSON_CASES, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  aisopod_json table, one = {nullptr, 0};
  if (aisopod_json_read(file.data(), file.size(), &table) == 0) {
    give_up(std::string("no table of cases in ") + AISOPOD_JSON_CASES);
  }
  std::vector<JsonCase> cases;
  while (aisopod_json_next(table, nullptr, &one) != 0) {
    cases.push_back({written(one), text_of(one, "refused")});
  }
  return cases;
}

}  // namespace test
