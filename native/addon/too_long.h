// A message whose text is longer than a string of JavaScript can be (about 512 MiB in V8).
#pragma once

#include <string>

#include "core/core.h"
#include "core/threads/guard.h"

namespace aisopod_addon {

// What is delivered in its place when it settles a call; without memory it gives no reason.
inline aisopod::Message too_long(const aisopod::Message& message) noexcept {
  aisopod::Message lost;
  lost.instance = message.instance;
  aisopod::Fields<aisopod::MessageType::lost> fields(lost);
  fields.call() = message.token;
  fields.status() = AISOPOD_E_TOO_LARGE;
  aisopod::quietly([&] {
    fields.reason() = "the answer has " + std::to_string(message.a.size() + message.b.size()) +
                      " bytes, more than a string of JavaScript can hold";
  });
  return lost;
}

}  // namespace aisopod_addon
