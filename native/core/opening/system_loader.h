// The functions of the operating system that open a library. The core looks nothing up: the
// embedder passes their addresses.
#pragma once

#include <cstdint>
#include <string>

namespace aisopod {

struct SystemLoader {
#if defined(_WIN32)
  using Open = void*(__stdcall*)(const wchar_t* path, void* reserved, uint32_t flags);
  using Find = void*(__stdcall*)(void* library, const char* name);
  using Words = uint32_t(__stdcall*)();
  using Pin = int(__stdcall*)(uint32_t flags, const wchar_t* path, void** library);
#else
  using Open = void* (*)(const char* path, int flags);
  using Find = void* (*)(void* library, const char* name);
  using Words = char* (*)();  // why the last of both failed on the thread that calls it
  using Pin = void (*)();     // flags do that here
#endif

  Open open = nullptr;
  Find find = nullptr;
  Words words = nullptr;
  Pin pin = nullptr;
  int flags = 0;
  int pin_flags = 0;
  int peek_flags = 0;  // with `flags`, `open` opens nothing new; 0: there is no such flag
};

// [opening] Is this very file open as a library? true where the system can't be asked.
bool is_open(const SystemLoader& system, const std::string& path);

// [opening] Opens a library for good. nullptr: it isn't open, and `words` says why.
void* open_for_good(const SystemLoader& system, const std::string& path, std::string& words);

}  // namespace aisopod
