// What holds of everything that the host hands to a plugin, whatever the script.
#pragma once

#include <string>

#include "aisopod/plugin.h"
#include "support/harness.h"

namespace fuzz {

// Of a host function: OK or an error of the header.
inline bool is_known(aisopod_status status) { return status <= 0 && status >= AISOPOD_E_BUSY; }

inline void check_without_authority(const std::string& meta) {
  CHECK(meta.find("\"role\"") == std::string::npos);
  CHECK(meta.find("\"permissions\"") == std::string::npos);
}

inline void check_response(const aisopod_response* r) {
  CHECK_EQ(r->struct_size, sizeof(aisopod_response));
  CHECK_EQ(r->payload->json[r->payload->len], '\0');
  CHECK_EQ(r->failure == nullptr, r->status == AISOPOD_OK);
  if (r->failure == nullptr) return;
  CHECK_EQ(r->failure->status, r->status);
  CHECK_EQ(r->failure->message[r->failure->message_len], '\0');
  CHECK_EQ(std::string(r->payload->json), "null");
}

}  // namespace fuzz
