// Takes what save_state() writes. A plugin may keep the writer: what comes after save_state() has
// returned, or from another thread, is refused, and the state that is being written fails with it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/instance/context.h"
#include "core/state/saved_state.h"
#include "core/threads/mutex.h"

namespace aisopod {

class StateWriter {
 public:
  // What came of the writes.
  struct Written {
    std::shared_ptr<StateBytes> bytes;
    aisopod_status status = AISOPOD_OK;  // of the first write that failed, and why
    std::string why;
  };

  explicit StateWriter(Context& context) : context_(context) {}

  // [control] From here on bytes are taken, into `bytes`.
  void open(std::shared_ptr<StateBytes> bytes) AISOPOD_EXCLUDES(mutex_);
  // [control] No more bytes are taken.
  Written close() AISOPOD_EXCLUDES(mutex_);

  // [any thread] aisopod_writer.write; `on_control`: whether this is the thread of save_state().
  aisopod_status write(const void* data, size_t len, bool on_control) AISOPOD_EXCLUDES(mutex_);

 private:
  aisopod_status append(const void* data, size_t len, bool on_control, std::string& why)
      AISOPOD_REQUIRES(mutex_);

  Context& context_;
  Mutex mutex_;
  bool open_ AISOPOD_GUARDED_BY(mutex_) = false;
  Written written_ AISOPOD_GUARDED_BY(mutex_);
};

}  // namespace aisopod
