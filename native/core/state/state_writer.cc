#include "core/state/state_writer.h"

#include <algorithm>
#include <new>
#include <utility>

#include "core/environment/owed.h"
#include "core/threads/guard.h"

namespace aisopod {

void StateWriter::open(std::shared_ptr<StateBytes> bytes) {
  const MutexLock lock(mutex_);
  written_ = {std::move(bytes), AISOPOD_OK, {}};
  open_ = true;
}

StateWriter::Written StateWriter::close() {
  const MutexLock lock(mutex_);
  open_ = false;
  return std::exchange(written_, {});
}

aisopod_status StateWriter::write(const void* data, size_t len, bool on_control) {
  std::string why;
  aisopod_status status = AISOPOD_E_STATE;
  {
    const MutexLock lock(mutex_);
    if (!open_) return status;
    status = append(data, len, on_control, why);
    if (status != AISOPOD_OK && written_.status == AISOPOD_OK) {
      std::string kept;
      quietly([&] { kept = why; });
      written_.status = status;
      written_.why = std::move(kept);
    }
  }
  return context_.refusals.refuse("write", status, why);
}

aisopod_status StateWriter::append(const void* data, size_t len, bool on_control,
                                   std::string& why) {
  const size_t limit = context_.limits.state_bytes;
  StateBytes& bytes = *written_.bytes;
  try {
    if (!on_control) {
      why = "write() is legal on the thread of save_state() only";
      return AISOPOD_E_THREAD;
    }
    if (data == nullptr && len != 0) {
      why = "the data of write() is NULL";
      return AISOPOD_E_INVALID;
    }
    if (len > limit - bytes.size()) {
      why = "save_state() wrote more than " + std::to_string(limit) + " bytes";
      return AISOPOD_E_TOO_LARGE;
    }
    const size_t needed = bytes.size() + len;
    if (needed > bytes.capacity()) {
      bytes.reserve(std::max(needed, std::min(limit, 2 * bytes.capacity())));
    }
    const auto* const from = static_cast<const uint8_t*>(data);
    if (len != 0) bytes.insert(bytes.end(), from, from + len);
    return AISOPOD_OK;
  } catch (const std::bad_alloc&) {
    quietly([&] { why = kNoMemory; });
    return AISOPOD_E_NOMEM;
  }
}

}  // namespace aisopod
