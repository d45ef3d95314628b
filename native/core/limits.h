// What one instance may use. Times in milliseconds, sizes in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aisopod {

struct Limits {
  size_t payload_bytes = 16u << 20;
  size_t spec_bytes = 256u << 10;
  size_t chunks_unread = 64;
  size_t chunk_bytes_unread = 1u << 20;
  size_t registrations = 1000;
  // What may wait in each queue of an instance: calls, requests, posts, unread log lines, unread
  // events that it published. For the events that wait for one subscription event_queue counts.
  size_t queue = 1024;
  size_t event_queue = 1024;
  size_t queue_bytes = 16u << 20;     // in each of these queues; one item may be larger
  size_t parallel_workers = 4;        // threads for handlers that say AISOPOD_F_PARALLEL
  size_t state_bytes = 64u << 20;     // of what save_state() writes
  size_t log_line_bytes = 16u << 10;  // of the message of a log line, and of its fields
  int64_t request_ms = 30'000;        // a request() without a limit of its own
  int64_t uncollected_ms = 60'000;  // when a response that is not collected gets a line in the log
  int64_t event_ms = 5'000;         // what an event function or a task may take
  int64_t stuck_after_ms = 1'000;   // how far past its deadline a handler may still run
  int64_t inline_ns = 1'000'000;  // an inline handler over this, inline_slow_calls times, is moved
  int inline_slow_calls = 3;
};

constexpr unsigned kJsonDepth = 512;    // deeper JSON is refused everywhere
constexpr unsigned kSpecDepth = 128;    // of the spec of a registration
constexpr size_t kMessageBytes = 4096;  // of an error or a note, for a person; more is cut

}  // namespace aisopod
