// A plugin that saves its state, and what the host gets of it.
#pragma once

#include <string>

#include "support/running.h"

namespace test {

inline std::string text_of(const aisopod::SavedState& saved) {
  return saved.bytes == nullptr ? "none" : std::string(saved.bytes->begin(), saved.bytes->end());
}

inline aisopod::SavedState state_of(const std::string& text) {
  aisopod::SavedState state;
  state.bytes = std::make_shared<aisopod::StateBytes>(text.begin(), text.end());
  state.format = 7;
  state.version = "1.2.3";
  state.build = "nightly";
  return state;
}

inline aisopod_status write_text(const aisopod_writer* writer, const std::string& text) {
  return writer->write(writer, text.data(), text.size());
}

struct Saving {
  explicit Saving(Limits limits = patient_limits()) : running(embedder, plugin, limits) {}

  Received save(int64_t limit_ms = kNoHurry) {
    return run_moment(embedder, *running, Moment::save_state, limit_ms);
  }
  // What a save_state() that succeeds has written.
  std::string saved() {
    CHECK_EQ(save().status, AISOPOD_OK);
    return text_of(running->take_saved());
  }

  Plugin plugin;
  Embedder embedder;
  Running running;
};

}  // namespace test
