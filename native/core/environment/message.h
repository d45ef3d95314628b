// What the core reports to the host. Plugin threads push messages; the host's own thread takes
// them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "aisopod/plugin.h"
#include "core/environment/budget.h"

namespace aisopod {

class Call;
class Instance;

// The numbers are mirrored in src/abi/messages.ts; a test compares the two.
enum class MessageType : int32_t {
  log = 1,  // status: level; a: text; b: fields (JSON or ""); other: the call, event or task that
            // it belongs to, or 0; c: the meta of that, "" when it is over
  registration = 2,  // token; status: flags; a: kind, b: name, c: spec
  refusal = 3,       // an add() that was refused: status; a: kind, b: name, c: why; other: 1 if the
                     // plugin may go on without it
  moment = 4,     // token: which Moment; status; a: message; number: ms it took; other: 1 overdue
  answer = 5,     // token: call; a: JSON
  failure = 6,    // token: call; the plugin answered: status, a: message, b: details (JSON or "")
  refused = 7,    // token: call; its answer broke a rule: status, a: why
  lost = 8,       // token: call; the host ended it: status, a: why
  chunk = 9,      // token: call; a: JSON
  progress = 10,  // token: call; number: fraction or -1; a: note; status: 1 with a note
  publication = 11,  // a: topic, b: JSON; other: parent, c: its meta without role and permissions
  request = 12,  // token; a: method, b: JSON; other: parent, c: its meta; status: flags; number:
                 // limit in ms, -1: none
  request_ended = 13,  // token: a request that no longer wants a response
  response_read = 14,  // token: one partial response to this request has been read
  stuck = 15,          // a handler overstays its deadline; a: its name
  unstuck = 16,        // it returned
  notice = 17,         // a line for the log from the host itself; status: level; a: text
  disposed = 18,       // the instance is destroyed and its threads have ended
  log_lost = 19,       // number: lines of the log that were dropped
  process = 20,  // what belongs to the process has changed; b: before, c: after; a: what ran, see
                 // join_ran()
  configured = 21,    // on_config_changed() returned after its limit: as `moment`
  subscription = 22,  // a subscribe(): token; status: flags; a: pattern
  unanswered = 23,    // token: call; its handler returned OK without an answer: status, a: why
  opened = 24,        // of an Opener: status: an OpenOutcome, which describes the rest
  shared = 25,  // of an Opener: a: a library, b: another, c: the unique symbols that both use,
                // each followed by NUL
};

struct Message {
  MessageType type{};
  uint32_t instance = 0;
  int32_t status = AISOPOD_OK;
  bool ascii = false;  // a holds only bytes below 0x80
  uint64_t token = 0;
  uint64_t other = 0;
  double number = 0;
  std::string a, b, c;

  std::shared_ptr<Call> call;      // progress: whose newest value is read when taken
  std::shared_ptr<Instance> self;  // disposed: whose threads are joined when taken
  std::shared_ptr<Budget> budget;  // has a place for this message until it is taken
  size_t budget_bytes = 0;
  std::shared_ptr<std::atomic<size_t>> counter;  // log_lost: read and set back when it is taken
};

}  // namespace aisopod
