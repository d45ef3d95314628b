// What a handler returned, as a sentence for people.
#pragma once

#include <string>

#include "core/host/plugin_error.h"

namespace aisopod {

// `name` of the registration; `thrown`: what it threw, or empty.
inline std::string handler_returned(const std::string& name, aisopod_status status,
                                    const std::string& thrown) {
  const std::string handler = "the handler of \"" + name + "\" ";
  if (!thrown.empty()) return handler + thrown;
  if (status == AISOPOD_OK) {
    return handler +
           "returned AISOPOD_OK without an answer. Return AISOPOD_PENDING if the answer comes "
           "later";
  }
  if (status > 0) return handler + "returned the reserved status " + std::to_string(status);
  return handler + "returned " + status_name(status);
}

}  // namespace aisopod
