#include "state_bytes.h"

#include <cstring>

namespace aisopod_addon {
namespace {

// On each Uint8Array that holds bytes of the core.
constexpr napi_type_tag kTag = {0x616973706f645354, 0x8d1f4c0b9e2a6735};

void release(napi_env, void*, void* held) { delete static_cast<StateBytes*>(held); }

// nullptr: this environment has no buffers over memory of others, or is ending.
napi_value make_shared_buffer(napi_env env, const StateBytes& bytes) {
  auto held = std::make_unique<StateBytes>(bytes);
  napi_value buffer = nullptr;
  void* const data = const_cast<uint8_t*>(bytes->data());
  if (napi_create_external_arraybuffer(env, data, bytes->size(), release, held.get(), &buffer) !=
      napi_ok) {
    return nullptr;
  }
  held.release();
  return buffer;
}

napi_value make_copied_buffer(napi_env env, const StateBytes& bytes) {
  napi_value buffer = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, bytes->size(), &data, &buffer) != napi_ok) return nullptr;
  if (!bytes->empty()) std::memcpy(data, bytes->data(), bytes->size());
  return buffer;
}

// Lets read_state_bytes() find the bytes; without it they are copied there.
void mark(napi_env env, napi_value array, const StateBytes& bytes) {
  auto held = std::make_unique<StateBytes>(bytes);
  if (napi_type_tag_object(env, array, &kTag) == napi_ok &&
      napi_wrap(
          env, array, held.get(), [](napi_env e, void* data, void*) { release(e, nullptr, data); },
          nullptr, nullptr) == napi_ok) {
    held.release();
  }
}

// nullptr: the array is not, or no longer, over bytes of the core.
const StateBytes* find_marked(napi_env env, napi_value array, const void* data, size_t len) {
  bool tagged = false;
  void* held = nullptr;
  if (napi_check_object_type_tag(env, array, &kTag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(env, array, &held) != napi_ok) {
    return nullptr;
  }
  const auto* const bytes = static_cast<const StateBytes*>(held);
  return (*bytes)->data() == data && (*bytes)->size() == len ? bytes : nullptr;
}

}  // namespace

napi_value make_state_bytes(napi_env env, const StateBytes& bytes) {
  napi_value buffer = bytes->empty() ? nullptr : make_shared_buffer(env, bytes);
  const bool shares = buffer != nullptr;
  if (!shares) buffer = make_copied_buffer(env, bytes);
  napi_value array = nullptr;
  if (buffer == nullptr ||
      napi_create_typedarray(env, napi_uint8_array, bytes->size(), buffer, 0, &array) != napi_ok) {
    return nullptr;
  }
  if (shares) mark(env, array, bytes);
  return array;
}

bool read_state_bytes(napi_env env, napi_value array, StateBytes& out) {
  bool is_typed = false;
  napi_typedarray_type type{};
  size_t len = 0;
  void* data = nullptr;
  if (napi_is_typedarray(env, array, &is_typed) != napi_ok || !is_typed ||
      napi_get_typedarray_info(env, array, &type, &len, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array) {
    return false;
  }
  if (const StateBytes* const marked = find_marked(env, array, data, len)) {
    out = *marked;
    return true;
  }
  const auto* const from = static_cast<const uint8_t*>(data);
  out = len == 0 ? std::make_shared<const aisopod::StateBytes>()
                 : std::make_shared<const aisopod::StateBytes>(from, from + len);
  return true;
}

}  // namespace aisopod_addon
