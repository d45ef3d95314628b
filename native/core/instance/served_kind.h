// A kind of registration that the embedder serves. The core knows no kind by itself.
#pragma once

#include <string>

namespace aisopod {

// How the names that one plugin gives to its registrations of a kind are judged.
enum class NameRule {
  unique,      // each name once, whatever its case
  repeatable,  // as often as the plugin likes
  single       // one registration in all, whatever its name
};

struct ServedKind {
  std::string kind;
  NameRule names;
};

}  // namespace aisopod
