/* Prints the layout of every struct of plugin.h as the compiler sees it: struct, member, offset and
 * size in bytes, separated by tabs; the member "-" stands for the whole struct. */
#include <stdio.h>

#include "aisopod/plugin.h"

#define STRUCT(S)    printf("%s\t-\t0\t%zu\n", #S, sizeof(S));
#define MEMBER(S, m) printf("%s\t%s\t%zu\t%zu\n", #S, #m, offsetof(S, m), sizeof(((S *)0)->m));

int main(void) {
#include "members.inc"
  return 0;
}
