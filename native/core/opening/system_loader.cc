#include "core/opening/system_loader.h"

#if defined(_WIN32)
#  include <windows.h>
#endif

namespace aisopod {

#if defined(_WIN32)
namespace {

std::wstring wide(const std::string& text) {
  const int size = static_cast<int>(text.size());
  std::wstring out(MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, out.data(), static_cast<int>(out.size()));
  return out;
}

}  // namespace

void* open_for_good(const SystemLoader& system, const std::string& path, std::string& words) {
  const std::wstring name = wide(path);
  void* const library = system.open(name.c_str(), nullptr, static_cast<uint32_t>(system.flags));
  void* same = nullptr;
  const bool pinned = library != nullptr &&
                      system.pin(static_cast<uint32_t>(system.pin_flags), name.c_str(), &same) != 0;
  if (pinned) return library;
  words = std::string(library == nullptr ? "Opening" : "Pinning") + " failed with system error " +
          std::to_string(system.words());
  return nullptr;
}

bool is_open(const SystemLoader&, const std::string&) { return true; }
#else
bool is_open(const SystemLoader& system, const std::string& path) {
  if (system.peek_flags == 0) return true;
  return system.open(path.c_str(), system.flags | system.peek_flags) != nullptr;
}

void* open_for_good(const SystemLoader& system, const std::string& path, std::string& words) {
  void* const library = system.open(path.c_str(), system.flags);
  if (library != nullptr) return library;
  const char* const why = system.words();
  words = why == nullptr ? "the system does not say why" : why;
  return nullptr;
}
#endif

}  // namespace aisopod
