// What an instance keeps over a reload: save_state() of the old one, restore_state() of the new.
#include <utility>

#include "core/host/host_slot.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"

namespace aisopod {
namespace {

// Closes the writer also when the plugin throws.
class WriterScope {
 public:
  WriterScope(StateWriter& writer, std::shared_ptr<StateBytes> bytes) : writer_(writer) {
    writer_.open(std::move(bytes));
  }
  ~WriterScope() { writer_.close(); }
  WriterScope(const WriterScope&) = delete;
  WriterScope& operator=(const WriterScope&) = delete;

  StateWriter::Written end() { return writer_.close(); }

 private:
  StateWriter& writer_;
};

// nullptr: there is no memory.
std::shared_ptr<StateBytes> make_state_bytes() {
  std::shared_ptr<StateBytes> made;
  quietly([&] { made = std::make_shared<StateBytes>(); });
  return made;
}

}  // namespace

// [control] A plugin that ignores what write() returned has not saved all of its state.
aisopod_status Instance::save_state(aisopod_error& err) {
  if (desc_->save_state == nullptr) {
    return fill(&err, AISOPOD_E_UNSUPPORTED, "the plugin has no save_state()");
  }
  auto bytes = make_state_bytes();
  if (bytes == nullptr) return fill(&err, AISOPOD_E_NOMEM, kNoMemory);
  WriterScope scope(writer, std::move(bytes));
  const aisopod_status status = desc_->save_state(self_, slot_->writer(), &err);
  StateWriter::Written written = scope.end();
  const bool says_why = status < 0 && err.message[0] != '\0';
  if (written.status != AISOPOD_OK && !says_why && status <= 0) {
    return fill(&err, written.status, written.why);
  }
  if (status != AISOPOD_OK) return status;
  const MutexLock lock(saved_mutex_);
  saved_ = std::move(written.bytes);
  return AISOPOD_OK;
}

SavedState Instance::take_saved() {
  SavedState saved;
  saved.format = desc_->state_format;
  saved.version = descriptor_->version();
  saved.build = descriptor_->build();
  const MutexLock lock(saved_mutex_);
  saved.bytes.swap(saved_);
  return saved;
}

// [control] Nothing takes it: its end was late.
void Instance::drop_saved() {
  std::shared_ptr<const StateBytes> dropped;  // freed after the lock
  const MutexLock lock(saved_mutex_);
  dropped.swap(saved_);
}

void Instance::begin_restore(SavedState state, int64_t limit_ms) {
  begin(Moment::restore_state, limit_ms, Reason::close, nullptr, std::move(state));
}

// [control]
aisopod_status Instance::restore_state(const SavedState& from, aisopod_error& err) {
  context.phase.store(Phase::restoring);
  if (desc_->restore_state != nullptr) {
    aisopod_state state = AISOPOD_INIT(aisopod_state);
    state.format = from.format;
    state.version = from.version.c_str();
    state.build = from.build.c_str();
    const bool is_empty = from.bytes == nullptr || from.bytes->empty();
    state.data = is_empty ? static_cast<const void*>("") : from.bytes->data();
    state.len = is_empty ? 0 : from.bytes->size();
    const aisopod_status status = desc_->restore_state(self_, &state, &err);
    if (status != AISOPOD_OK) return status;
  }
  context.phase.store(Phase::restored);
  return AISOPOD_OK;
}

}  // namespace aisopod
