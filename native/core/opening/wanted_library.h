// A library that is to be opened, and what can come of that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/opening/unique_symbols.h"

namespace aisopod {

// A library that a plugin brings along for its own use.
struct Sibling {
  std::string name;  // under which the system's loader knows it
  std::string sha256;
  std::string path;  // of its copy
};

struct WantedLibrary {
  std::string path;  // of the private copy
  std::string what;  // how messages name it
  std::string plugin_id, plugin_dir;
  int64_t limit_ms = 0;
  std::vector<Sibling> siblings;     // that were copied with it
  std::vector<UniqueSymbol> unique;  // its own, and those of the siblings
  // It takes the place of a library that stays open, so the loader must not give it code or objects
  // of an open one: it would run with what the old one has left there.
  bool apart = false;
};

// How an opening ended: the outcome of the message `opened`, and what its other fields are. The
// numbers are mirrored in src/loaders/native/opening/open-outcome.ts; a test compares the two.
enum class OpenOutcome : int32_t {
  opened = 0,    // text: the address of a copy of its descriptor, "0x..."; "": it returned NULL
  no_entry = 1,  // it is open, and has no entry function
  refused = 2,   // text: why, in the words of the system
  sibling_clash = 3,  // text: the sibling, by: who brought the other one
  unique_clash = 4,   // text: the symbol, by: who has it already
  slow = 5,           // a constructor has not returned within the limit
  slow_entry = 6,     // the entry function has not
  stuck = 7,          // text: what never finished opening
  threw = 8,          // the entry function; text: what
  no_resources = 9,   // text: what is lacking, and why
  held = 10,          // Opener::hold(): the embedder has the loader
};

}  // namespace aisopod
