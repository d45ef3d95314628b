#include "node_code.h"

#include <node_api.h>

#if defined(__GLIBC__)
#  include <link.h>
#endif

#include "core/core.h"

namespace aisopod_addon {

void find_node_code() {
#if defined(__GLIBC__)
  auto inside = reinterpret_cast<uintptr_t>(&napi_create_function);
  dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* data) {
        const auto wanted = *static_cast<const uintptr_t*>(data);
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const auto& part = object->dlpi_phdr[i];
          const uintptr_t begin = object->dlpi_addr + part.p_vaddr;
          const uintptr_t end = begin + part.p_memsz;
          if (part.p_type != PT_LOAD || wanted < begin || wanted >= end) continue;
          aisopod::set_embedder_code(begin, end);
          return 1;
        }
        return 0;
      },
      &inside);
#endif
}

}  // namespace aisopod_addon
