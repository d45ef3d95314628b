// What a scripted plugin hands to the host: arguments right and wrong, chosen by a script.
#pragma once

#include <cstddef>
#include <cstdint>

#include "aisopod/plugin.h"
#include "fuzz/bytes.h"

namespace fuzz {

// Text, what the plugin says of its length, and the payload that carries it.
struct Text {
  const char* text;
  size_t len;
  uint32_t size = sizeof(aisopod_payload);
  uint32_t flags = 0;
};
constexpr Text kTexts[] = {
    {"1", 1},
    {"{}", AISOPOD_NTS},
    {"[1,2]", 5},
    {"\"\xC3\xA9\"", 4},
    {nullptr, 0},
    {nullptr, 1},
    {"", 0},
    {"[1,", AISOPOD_NTS},
    {"\"\xFF\"", 3},
    {"null", 4},
    {"1\0", 2},
    {nullptr, AISOPOD_NTS},
    {"\"0123456789012345678901234567890123456789012345678901234567890123456789\"", AISOPOD_NTS},
    {"\"01234567890123456789\"", AISOPOD_NTS},
    {"{\"a\":1,\"a\":2}", AISOPOD_NTS},
    {"9007199254740993", AISOPOD_NTS},
    {"1", 1, 16},
    {"1", 1, sizeof(aisopod_payload), 1}};

// A payload, or NULL.
class SomePayload {
 public:
  explicit SomePayload(Bytes& script) : payload_(AISOPOD_INIT(aisopod_payload)) {
    const unsigned choice = script.below(sizeof kTexts / sizeof *kTexts + 1);
    if (choice == sizeof kTexts / sizeof *kTexts) return;
    const Text& text = kTexts[choice];
    payload_.struct_size = text.size;
    payload_.flags = text.flags;
    payload_.json = text.text;
    payload_.len = text.len;
    given_ = &payload_;
  }
  SomePayload(const SomePayload&) = delete;
  SomePayload& operator=(const SomePayload&) = delete;
  const aisopod_payload* get() const { return given_; }

 private:
  aisopod_payload payload_;
  const aisopod_payload* given_ = nullptr;
};

// A struct whose size is mostly right; with room behind it for the members of a later minor.
template <class T>
struct Sized {
  T value;
  unsigned char later[16] = {};

  // [before the members are set]
  explicit Sized(Bytes& script) : value(aisopod_init_<T>()) {
    const auto size = static_cast<uint32_t>(sizeof(T));
    const uint32_t sizes[] = {size,     size, size, size, size,  size + 16,  size + 16,
                              size - 8, 0,    3,    6,    65540, 0xFFFFFFFFu};
    const unsigned choice = script.below(13);
    value.struct_size = sizes[choice];
    if (choice == 6) later[15] = 1;
  }
};

}  // namespace fuzz
