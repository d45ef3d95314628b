// Reading text and JSON that a plugin hands in.
#pragma once

#include <cstddef>
#include <string>

#include "aisopod/plugin.h"
#include "core/limits.h"

namespace aisopod {

// JSON that was checked, where the plugin has it.
struct JsonText {
  const char* text = nullptr;
  size_t len = 0;
  bool ascii = false;  // every byte is below 0x80
};

// Reads a payload, which may be NULL, without a copy. The rest is as for take_payload().
aisopod_status read_payload(const aisopod_payload* from, size_t limit, JsonText& out,
                            std::string& why, unsigned depth = kJsonDepth);

// Copies JSON. `len` may be AISOPOD_NTS; a NULL text is legal when len is 0 and reads as "null".
// Errors: AISOPOD_E_TOO_LARGE over `limit` bytes, AISOPOD_E_INVALID no JSON that the contract
// allows; `why` says more.
aisopod_status take_json(const char* text, size_t len, size_t limit, std::string& out,
                         std::string& why, bool* ascii = nullptr, unsigned depth = kJsonDepth);

// The same for a payload, which may be NULL.
// Errors: also AISOPOD_E_UNSUPPORTED: it carries what this host does not know.
aisopod_status take_payload(const aisopod_payload* from, size_t limit, std::string& out,
                            std::string& why, bool* ascii = nullptr, unsigned depth = kJsonDepth);

// The same for text of JSON that must be an object. Length 0: `out` stays empty.
aisopod_status take_object(const char* text, size_t len, size_t limit, const char* name,
                           std::string& out, std::string& why);

// Copies text for people and cuts it after `limit` bytes, never inside a character. `len` may be
// AISOPOD_NTS, and a NULL text is legal when it is 0. What is no UTF-8 ends the text.
// Errors: AISOPOD_E_INVALID: NULL with another length; `name` is the member's, for `why`.
aisopod_status take_text(const char* text, size_t len, size_t limit, const char* name,
                         std::string& out, std::string& why);

// A name may be anything until it is checked; messages show a bounded piece of it.
std::string shown(const char* text);

}  // namespace aisopod
