// Texts that a host table points to. A plugin may read them as long as the process lives, so they
// are never freed; those of many tables are mostly the same, and each is kept once.
#pragma once

#include <string>

namespace aisopod {

// [any thread] The one copy of this text.
const char* lasting(const std::string& text);

}  // namespace aisopod
