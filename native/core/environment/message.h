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

enum class MessageType : int32_t {
#define AISOPOD_FIELD(slot, name)
#define AISOPOD_MESSAGE(name, number, fields) name = number,
#include "core/environment/messages.def"
};

// One message of any type. Fields gives what it carries its names.
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

// The fields of a message of one type, by their names in messages.def:
//   Fields<MessageType::chunk> chunk(message);  makes it a message of that type
//   chunk.json() = std::move(text);
template <MessageType>
struct Fields;

#define AISOPOD_FIELD(slot, name) \
  decltype(Message::slot)& name() { return of.slot; }
#define AISOPOD_MESSAGE(name, number, fields)                                        \
  template <>                                                                        \
  struct Fields<MessageType::name> {                                                 \
    explicit Fields(Message& message) : of(message) { of.type = MessageType::name; } \
    fields Message& of;                                                              \
  };
#include "core/environment/messages.def"

// Where Message keeps a field; `end` follows upon the last one.
enum class Slot : uint8_t { token, other, status, number, a, b, c, end };
constexpr size_t kSlots = static_cast<size_t>(Slot::end);

// The slots of the fields of a type, in the order of messages.def.
inline const Slot* slots_of(MessageType type) {
  switch (type) {
#define AISOPOD_FIELD(slot, name) Slot::slot,
#define AISOPOD_MESSAGE(name, number, fields)           \
  case MessageType::name: {                             \
    static constexpr Slot slots[] = {fields Slot::end}; \
    return slots;                                       \
  }
#include "core/environment/messages.def"
  }
  static constexpr Slot none = Slot::end;
  return &none;
}

}  // namespace aisopod
