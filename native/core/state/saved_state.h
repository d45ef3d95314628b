// What a plugin keeps over a reload. The bytes may be many, so they are moved and shared, never
// copied: from save_state() through the embedder to restore_state().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace aisopod {

using StateBytes = std::vector<uint8_t>;

struct SavedState {
  std::shared_ptr<const StateBytes> bytes;  // nullptr: there is no state
  uint32_t format = 0;
  std::string version, build;  // of the plugin that wrote them; build: "" for none
};

}  // namespace aisopod
