// The protocol between the core, its embedder and a plugin: any bytes are a story of the three, and
// in each of them every call ends once, what was accepted is released once, and nothing is left.
#include <cstdlib>

#include "fuzz/scripted_host.h"
#include "support/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Bytes script(data, size);
  {
    const bool abandons = script.one_in(8);
    fuzz::ScriptedPlugin plugin(script);
    fuzz::ScriptedHost host(plugin);
    host.play(script);
    if (abandons) host.abandon();
    else host.dispose(script);
    plugin.check_promises();
  }
  if (test::failures().load() != 0) std::abort();
  return 0;
}
