// The C function of aisopod_writer. [control], during save_state() only; a plugin may call it at
// any other time all the same.
#include "core/host/host_slot.h"
#include "core/instance/instance.h"

namespace aisopod {
namespace {

aisopod_status AISOPOD_ABI write(const aisopod_writer* writer, const void* data, size_t len) {
  try {
    if (writer == nullptr || writer->impl == nullptr) return AISOPOD_E_INVALID;
    const std::shared_ptr<Instance> instance = HostSlot::instance_of(writer);
    if (instance == nullptr) return AISOPOD_E_STATE;
    return instance->writer.write(data, len, instance->is_control_thread());
  } catch (...) {
    return AISOPOD_E_NOMEM;
  }
}

}  // namespace

void fill_writer_table(aisopod_writer& writer) { writer.write = write; }

}  // namespace aisopod
