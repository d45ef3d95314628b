// What is known of the libraries that are open in this process.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/host/descriptor.h"
#include "core/opening/wanted_library.h"

namespace aisopod {

// Not locked: its owner sees to that.
class OpenLibraries {
 public:
  // The loader knows needed libraries by name and never opens a second one of the same name,
  // wherever it lies: two plugins, or two generations of one, that bring different libraries of one
  // name would both run the code of the first. Equal ones clash only where they are to stay apart.
  // Returns the sibling that clashes, or nullptr; `by` is the library that brought the other one.
  const Sibling* clashing(const WantedLibrary& library, std::string& by) const;

  // It has been opened; `entry` is nullptr if it has no entry function. `brought` are those of its
  // siblings that the loader has opened: where one of that name was open already, such as the
  // runtime of C++, which Node.js has brought, the loader has used that one.
  void remember(const WantedLibrary& library, void* entry,
                const std::vector<const Sibling*>& brought);

  // Keeps what an entry function returned, for good: the host looks at the copy whenever it
  // makes an instance. One that says the same as an earlier one of that library is not kept twice.
  const Descriptor& keep(const std::string& path, const aisopod_plugin_desc& from);

  // The entry function of a library: an equal path is the same library. nullptr: it isn't open.
  void* entry_of(const std::string& path) const;
  // How messages name the library that was opened from `path`; "": none was.
  std::string what_of(const std::string& path) const;

 private:
  struct Brought {
    std::string sha256, by;
  };
  struct Open {
    void* entry;
    std::string what;
  };
  std::unordered_map<std::string, Brought> siblings_;                    // by name
  std::unordered_map<std::string, Open> open_;                           // by path
  std::unordered_map<std::string, std::deque<Descriptor>> descriptors_;  // by path
};

}  // namespace aisopod
