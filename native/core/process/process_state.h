// What belongs to the whole process and what a plugin is to leave alone: locale, umask, working
// directory, signal handlers (rule 6 of plugin.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace aisopod {

struct ProcessState {
  std::string locale;  // by category
  unsigned umask = 0;
  std::string cwd;  // empty where it cannot be read
  // Of those signals that end a process or that programs handle.
  std::array<uintptr_t, 10> handlers{};

  bool operator==(const ProcessState& other) const {
    return umask == other.umask && handlers == other.handlers && cwd == other.cwd &&
           locale == other.locale;
  }

  // Lines of a name and a value each: `locale`, `umask` (octal), `SIGINT` and other signals, and
  // last `cwd`, whose value is the rest of the text. What the system doesn't have is left out. A
  // signal is `default`, `ignored`, `host` (a function of the embedder) or the address of another.
  std::string text() const;
};

// The umask where the system doesn't report it; equal to itself.
constexpr unsigned kUnknownMask = ~0u;

// [any thread] Read, and not set for a moment, which every other thread would see.
unsigned umask_now();

// [any thread] Looks nothing up, so that it never waits for a library that is being opened.
ProcessState process_state();
// The same, but for the umask, which takes three times as long to read as all the rest (8 µs).
ProcessState process_state(unsigned umask);

// [once, before any instance] Where the functions of the embedder lie.
void set_embedder_code(uintptr_t begin, uintptr_t end);

}  // namespace aisopod
