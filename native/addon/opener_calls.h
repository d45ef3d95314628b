// Opening libraries, as functions for JavaScript.
#pragma once

#include <napi.h>

namespace aisopod_addon {

void define_opener(Napi::Object exports);

}  // namespace aisopod_addon
