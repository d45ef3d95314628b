// plugin.h inside an author's extern "C" block, as old C++ code bases include every C header.
extern "C" {
#include "aisopod/plugin.h"
}
#include "uses.c"
