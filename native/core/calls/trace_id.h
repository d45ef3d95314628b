// Trace ids for calls whose caller brings none: 32 hex digits, of which the first half is random
// and the process's, the second a counter. [any thread]
#pragma once

#include <cstddef>
#include <string>

namespace aisopod {

constexpr size_t kTraceIdLength = 32;

// Writes kTraceIdLength characters, without a NUL.
void write_trace_id(char* out);

std::string new_trace_id();

}  // namespace aisopod
