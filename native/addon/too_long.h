// A message whose text is longer than a string of JavaScript can be (about 512 MiB in V8).
#pragma once

#include <string>

#include "core/core.h"

namespace aisopod_addon {

// What is delivered in its place when it settles a call.
inline aisopod::Message too_long(const aisopod::Message& message) {
  aisopod::Message lost;
  lost.type = aisopod::MessageType::lost;
  lost.instance = message.instance;
  lost.token = message.token;
  lost.status = AISOPOD_E_TOO_LARGE;
  lost.a = "the answer has " + std::to_string(message.a.size() + message.b.size()) +
           " bytes, more than a string of JavaScript can hold";
  return lost;
}

}  // namespace aisopod_addon
