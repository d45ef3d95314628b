import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveHome } from '../../../../src/home/paths/index.js';
import { openCopy } from '../../../../src/loaders/native/copies/open-copy.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

const root = temporaryFolder();
let count = 0;

/** C that looks for things beside its library while that is being opened, and writes what it found. */
const looking = (to: string) => `
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static void of_maps(char *out, size_t size) {
  char line[4096];
  FILE *const maps = fopen("/proc/self/maps", "r");
  const unsigned long me = (unsigned long)(void *)of_maps;
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long from, to;
    if (sscanf(line, "%lx-%lx", &from, &to) != 2 || me < from || me >= to) continue;
    snprintf(out, size, "%s", strchr(line, '/'));
    break;
  }
  fclose(maps);
}

static void show(FILE *out, const char *how, char *library, const char *name) {
  char path[5000] = "", text[16] = "missing";
  char *const end = strrchr(library, '/');
  if (end != NULL) *end = 0;
  snprintf(path, sizeof path, "%s/%s", library, name);
  FILE *const file = fopen(path, "r");
  if (file != NULL) { fgets(text, sizeof text, file); fclose(file); }
  fprintf(out, "%s: %s\\n", how, text);
}

static void provider(FILE *out, const char *name) {
  void *const library = dlopen(name, RTLD_NOW);
  int (*const number)(void) = library == NULL ? NULL : (int (*)(void))dlsym(library, "number");
  fprintf(out, "%s: %d\\n", name, number == NULL ? -1 : number());
}

__attribute__((constructor)) static void look(void) {
  FILE *const out = fopen("${to}", "w");
  char library[4096] = "";
  Dl_info info;
  dladdr((void *)look, &info);
  snprintf(library, sizeof library, "%s", info.dli_fname);
  show(out, "dladdr", library, "data/model.bin");
  of_maps(library, sizeof library);
  show(out, "maps", library, "data/model.bin");
  provider(out, "libprovider.so");
  provider(out, "libdeep.so.2");
  fclose(out);
}`;

/** A plugin with data, and with libraries that it opens by name. */
function fresh() {
  const folder = join(root, `plugin-${++count}`);
  const found = join(root, `found-${count}`);
  const flags = ['-Wl,-rpath,$ORIGIN:$ORIGIN/more', '-D_GNU_SOURCE', '-ldl'];
  const extra = looking(found);
  const entry = compileLibrary(join(folder, 'plugin.so'), pluginSource({ extra }), flags);
  compileLibrary(join(folder, 'libprovider.so'), `int number(void) { return ${count}; }`);
  compileLibrary(
    join(folder, 'more', 'libdeep.so.2'),
    `int number(void) { return ${count + 50}; }`,
  );
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'model.bin'), `model ${count}`);
  const home = resolveHome({ home: join(root, `home-${count}`), env: {} });
  const open = async () => {
    const copying = { copiesDir: home.copies, generation: 0, folder };
    await openCopy(entry, () => copying, { limitMs: 60_000, pluginId: 'p', pluginDir: folder });
    return readFileSync(found, 'utf8');
  };
  return { open };
}

test('a constructor finds data and libraries beside its library as in place', async () => {
  const text = await fresh().open();
  expect(text).toBe(
    `dladdr: model ${count}\nmaps: model ${count}\nlibprovider.so: ${count}\nlibdeep.so.2: ${count + 50}\n`,
  );
});
