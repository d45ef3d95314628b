// Changes folders of plugins as people and programs do.
// argv: the folder of plugins, a pool with `<id>-<version>` for each build, and then either `put`, a way and a
// build; or a git repository that is the folder of a plugin, a seed, and how many changes are made. Of those, one
// in twenty waits for something on standard input.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const [folder, pool, repository, seed, count] = process.argv.slice(2);
const PIECE_MS = 20;
const builds = readdirSync(pool).sort();
const ids = [...new Set(builds.map((each) => each.split('-')[0]))];
const branches = ['a', 'b'];
let state = Number(seed);

function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const pick = (list) => list[random(list.length)];
const run = (command, ...args) => execFileSync(command, args, { stdio: 'pipe' });
const files = (build) => readdirSync(join(pool, build)).sort();

/** By name, each puts a build into a folder, which may hold another one. */
const ways = {
  cp: (build, to) => run('cp', '-r', `${join(pool, build)}/.`, to),
  copy: (build, to) => cpSync(join(pool, build), to, { recursive: true }),
  mv(build, to) {
    const beside = join(folder, `.new-${build}`);
    cpSync(join(pool, build), beside, { recursive: true });
    rmSync(to, { recursive: true, force: true });
    renameSync(beside, to);
  },
  tar(build, to) {
    const archive = join(pool, '..', `${build}.tar`);
    run('tar', '-C', join(pool, build), '-cf', archive, '.');
    run('tar', '-C', to, '-xf', archive);
  },
  rsync(build, to) {
    for (const name of files(build)) {
      const temporary = join(to, `.${name}.Xw${random(9)}k2P`);
      copyFileSync(join(pool, build, name), temporary);
      renameSync(temporary, join(to, name));
    }
  },
  editor(build, to) {
    for (const name of files(build)) {
      copyFileSync(join(pool, build, name), join(to, `${name}~`));
      renameSync(join(to, `${name}~`), join(to, name));
    }
  },
  slowly(build, to) {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    ways.pieces(build, to, () => Atomics.wait(clock, 0, 0, PIECE_MS));
  },
  pieces(build, to, pause = () => {}) {
    for (const name of files(build).reverse()) {
      const bytes = readFileSync(join(pool, build, name));
      const file = openSync(join(to, name), 'w');
      for (let at = 0; at < bytes.length; at += 1024) {
        writeSync(file, bytes.subarray(at, at + 1024));
        pause();
      }
      closeSync(file);
    }
  },
};

function put(way, build) {
  const to = join(folder, build.split('-')[0]);
  mkdirSync(to, { recursive: true });
  ways[way](build, to);
}

function storm() {
  const changed = {};
  for (let i = 0; i < Number(count); i++) {
    const id = pick(ids);
    const to = join(folder, id);
    const what = random(10);
    if (what === 0) rmSync(to, { recursive: true, force: true });
    else if (what === 1) run('git', '-C', repository, 'checkout', '-q', pick(branches));
    else if (what === 2 && existsSync(to)) {
      rmSync(`${to}-moved`, { recursive: true, force: true });
      renameSync(to, `${to}-moved`);
      if (random(2) === 0) renameSync(`${to}-moved`, to);
    } else put(pick(Object.keys(ways).filter((way) => way !== 'slowly')), pick(builds));
    for (const each of what === 1 ? ['git'] : ids) changed[each] = (changed[each] ?? 0) + 1;
    if (i % 20 !== 19) continue;
    writeFileSync(join(folder, `mark-${i}.json`), '{}');
    readSync(0, Buffer.alloc(65536));
  }
  process.stdout.write(JSON.stringify(changed));
}

if (repository === 'put') put(seed, count);
else storm();
