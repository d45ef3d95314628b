// The grammar of topics and of the patterns of subscriptions. src/services/events/topic.ts and
// src/services/events/pattern.ts say the same for JavaScript; a test compares the two.
#pragma once

#include <string>

#include "aisopod/plugin.h"

namespace aisopod {

constexpr size_t kTopicLength = 256;  // bytes, of a topic and of a pattern

// OK; INVALID: `text` is no topic, that is segments between dots, of at least one character each,
// which may be any but dots, `*`, `>`, blanks and control characters; DENIED: it begins with the
// segment `host`, which is the host's own. `why` says what is wrong, `length` how long it is.
aisopod_status check_topic(const char* text, std::string& why, size_t& length);

// OK or INVALID. A pattern is a topic in which a segment may be `*` (any one segment) and the last
// one
// `**` (any number of segments, also none).
aisopod_status check_pattern(const char* text, std::string& why);

}  // namespace aisopod
