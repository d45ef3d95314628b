#include "worker_end.h"

#include <node_api.h>

// Where glibc hands out the addresses in a dynamic section as such, and places have addends.
#if defined(__GLIBC__) && (defined(__x86_64__) || defined(__aarch64__)) && defined(__LP64__)
#  define AISOPOD_LETS_WORKERS_END
#  include <link.h>
#  include <sys/mman.h>
#  include <unistd.h>

#  include <cstdint>
#  include <cstring>

#  include "core/core.h"
#endif

namespace aisopod_addon {

#if defined(AISOPOD_LETS_WORKERS_END)
namespace {

using Close = int (*)(void* library);
constexpr const char* kName = "dlclose";
constexpr int kLeftOpen = -1;

Close close_library = nullptr;

// [the thread of a Worker that ends] Node.js takes a failure for what it is: the library stays.
int close_if_idle(void* library) {
  int result = kLeftOpen;
  aisopod::Opener::of_process().run_if_idle([&] { result = close_library(library); });
  return result;
}

// What the dynamic section of Node.js says, as far as it matters here.
struct Dynamic {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const ElfW(Rela) * calls = nullptr;  // places of functions, bound on first use or at start
  size_t calls_size = 0;
  const ElfW(Rela) * data = nullptr;  // all other places
  size_t data_size = 0;
};

template <class T>
const T* pointer(ElfW(Addr) address) {
  return reinterpret_cast<const T*>(address);
}

Dynamic read(const ElfW(Dyn) * entry) {
  Dynamic found;
  for (; entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {  // glibc has made addresses of them
      case DT_SYMTAB: found.symbols = pointer<ElfW(Sym)>(entry->d_un.d_ptr); break;
      case DT_STRTAB: found.names = pointer<char>(entry->d_un.d_ptr); break;
      case DT_JMPREL: found.calls = pointer<ElfW(Rela)>(entry->d_un.d_ptr); break;
      case DT_PLTRELSZ: found.calls_size = entry->d_un.d_val; break;
      case DT_RELA: found.data = pointer<ElfW(Rela)>(entry->d_un.d_ptr); break;
      case DT_RELASZ: found.data_size = entry->d_un.d_val; break;
      default: break;
    }
  }
  return found;
}

void** place_in(const Dynamic& dynamic, const ElfW(Rela) * table, size_t size, ElfW(Addr) base) {
  for (size_t i = 0; table != nullptr && i < size / sizeof *table; ++i) {
    const size_t symbol = ELF64_R_SYM(table[i].r_info);
    if (symbol == 0 || table[i].r_addend != 0) continue;
    if (std::strcmp(dynamic.names + dynamic.symbols[symbol].st_name, kName) != 0) continue;
    return reinterpret_cast<void**>(base + table[i].r_offset);
  }
  return nullptr;
}

// An object of which the system has bound all places at its start, and made them read-only (RELRO).
struct Object {
  ElfW(Addr) base = 0;
  const ElfW(Dyn) * dynamic = nullptr;
  uintptr_t sealed_begin = 0, sealed_end = 0;
};

// Node.js is an executable, or a library of one.
bool find_node(Object& found) {
  struct Search {
    uintptr_t inside;
    Object* found;
  } search{reinterpret_cast<uintptr_t>(&napi_create_function), &found};
  return dl_iterate_phdr(
             [](dl_phdr_info* object, size_t, void* data) {
               const auto& wanted = *static_cast<Search*>(data);
               bool is_it = false;
               Object here;
               here.base = object->dlpi_addr;
               for (int i = 0; i < object->dlpi_phnum; ++i) {
                 const auto& part = object->dlpi_phdr[i];
                 const uintptr_t begin = object->dlpi_addr + part.p_vaddr;
                 const uintptr_t end = begin + part.p_memsz;
                 if (part.p_type == PT_LOAD) {
                   is_it = is_it || (wanted.inside >= begin && wanted.inside < end);
                 } else if (part.p_type == PT_DYNAMIC) {
                   here.dynamic = pointer<ElfW(Dyn)>(begin);
                 } else if (part.p_type == PT_GNU_RELRO) {
                   here.sealed_begin = begin;
                   here.sealed_end = end;
                 }
               }
               if (!is_it) return 0;
               *wanted.found = here;
               return 1;
             },
             &search) == 1;
}

void replace(const Object& node, void** place) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t begin = reinterpret_cast<uintptr_t>(place) & ~(page - 1);
  if (begin < (node.sealed_begin & ~(page - 1)) || begin + page > (node.sealed_end & ~(page - 1))) {
    return;  // it may be bound later, and other places of this page too
  }
  void* const address = reinterpret_cast<void*>(begin);
  if (mprotect(address, page, PROT_READ | PROT_WRITE) != 0) return;
  close_library = reinterpret_cast<Close>(*place);
  *place = reinterpret_cast<void*>(&close_if_idle);
  mprotect(address, page, PROT_READ);
}

bool replace_once() {
  Object node;
  if (!find_node(node) || node.dynamic == nullptr) return false;
  const Dynamic dynamic = read(node.dynamic);
  if (dynamic.symbols == nullptr || dynamic.names == nullptr) return false;
  void** place = place_in(dynamic, dynamic.calls, dynamic.calls_size, node.base);
  if (place == nullptr) place = place_in(dynamic, dynamic.data, dynamic.data_size, node.base);
  if (place != nullptr) replace(node, place);
  return place != nullptr;
}

}  // namespace

void let_workers_end() {
  static const bool done = replace_once();
  static_cast<void>(done);
}
#else
void let_workers_end() {}
#endif

}  // namespace aisopod_addon
