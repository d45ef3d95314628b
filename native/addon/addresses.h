// Addresses as JavaScript has them: bigints.
#pragma once

#include <napi.h>

#include <cstdint>

namespace aisopod_addon {

inline Napi::Value to_bigint(napi_env env, uintptr_t address) {
  return Napi::BigInt::New(env, static_cast<uint64_t>(address));
}

// 0 for what is no address.
inline uintptr_t to_address(const Napi::Value& value) {
  bool lossless = false;
  const uint64_t address =
      value.IsBigInt() ? value.As<Napi::BigInt>().Uint64Value(&lossless) : uint64_t{0};
  return lossless ? static_cast<uintptr_t>(address) : 0;
}

}  // namespace aisopod_addon
