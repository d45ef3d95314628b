// Objects of which the process has one: the system's loader keeps one for each unique symbol, that
// of the library which it opened first (STB_GNU_UNIQUE).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisopod {

struct UniqueSymbol {
  std::string name;
  uint64_t size = 0;
  bool writable = false;
};

// One symbol for which two libraries take different sizes.
struct UniqueClash {
  std::string symbol, by;
  uint64_t size = 0, other_size = 0;
};

// Not locked: its owner sees to that.
class UniqueSymbols {
 public:
  // Receives which library shares its objects with `other`, and the names of these.
  using Warn = std::function<void(const std::string& what, const std::string& other,
                                  const std::vector<std::string>& names)>;

  // Would a library write past the end of an object that is there already, or leave a part of it?
  // `apart`: would it use such an object at all?
  bool clashes(const std::vector<UniqueSymbol>& symbols, bool apart, UniqueClash& clash) const;

  // A library is open. Those that were opened before share with it from now on: `warn`, and the
  // functions that were given with them, are called once each.
  // `id` names the listener for forget().
  void remember(const std::string& path, const std::string& what,
                const std::vector<UniqueSymbol>& symbols, uint32_t id, Warn warn);
  // The listener is gone.
  void forget(uint32_t id);

 private:
  struct Holder {
    std::string what, path;
  };
  struct Held {
    uint64_t size;
    bool writable;
    Holder by;
  };
  struct Sharer {
    std::string what;
    std::vector<std::string> names;
  };
  struct Listener {
    std::string path, what;
    Warn warn;
  };

  void warn_all(const std::string& path);

  std::unordered_map<std::string, Held> held_;       // by the name of the symbol
  std::unordered_map<std::string, Sharer> sharers_;  // by the path of the library that shares
  std::map<uint32_t, Listener> listeners_;           // that have not been warned
};

}  // namespace aisopod
