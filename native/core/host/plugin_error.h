// The error record of the header, and statuses as text.
#pragma once

#include <cstddef>
#include <string>

#include "aisopod/plugin.h"
#include "core/limits.h"

namespace aisopod {

// Writes status and message into err (may be NULL, may be smaller than ours) and returns status.
aisopod_status fill(aisopod_error* err, aisopod_status status, const std::string& message);

// The message that a plugin left in err, bounded and valid UTF-8.
std::string message_of(const aisopod_error& err);

// "AISOPOD_E_..." of a status.
const char* status_name(aisopod_status status);

// What a function of a plugin returned, where only OK and errors are legal: a positive status has
// failed, and `message` says so.
aisopod_status without_reserved(aisopod_status status, const char* function, std::string& message);

}  // namespace aisopod
