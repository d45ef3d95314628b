// Trace ids for calls whose caller brings none.
#pragma once

#include <string>

namespace aisopod {

// 32 hex digits: a random half that is the process's, and a counter. [any thread]
std::string new_trace_id();

}  // namespace aisopod
