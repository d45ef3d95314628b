// The package with the addon that is built already, for the platform of this machine.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative } from '../prepare.mjs';
import { ROOT, StepFailed } from '../run.mjs';
import { checkAddon, compareVersions } from './check-addon.mjs';
import { oldGlibc, whyNoOldGlibc } from './old-glibc.mjs';

/** What the addon may need at most when it is built against the old libraries: that of Debian 11. */
const AT_MOST = { glibc: '2.30', glibcxx: '3.4.28' };
const BUILD = 'build/platform';

/** The addon that is packed, relative to the root. */
export const PLATFORM_ADDON = `${BUILD}/Release/aisopod.node`;

/** Libraries of glibc and of gcc: Node.js itself needs them. */
const OF_NODE = /^(?:lib(?:c|m|dl|rt|pthread)\.so\.\d|ld-linux|libstdc\+\+\.so\.6|libgcc_s\.so\.1)/;

/**
 * Builds the addon and lays out its package. Where the old glibc cannot be had, it is built against that of
 * this machine, and npm refuses to publish the package.
 * @param folder where the package goes
 * @param name of the package
 * @returns one line about what the addon needs
 */
export async function layOutPlatformPackage(folder, name) {
  const { why, options } = oldestGlibc();
  await buildNative(BUILD, options, 'aisopod');
  const addon = join(ROOT, PLATFORM_ADDON);
  const needs = checkAddon(addon);
  if (why === null) checkOld(needs);
  const { glibc } = needs;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(addon, join(folder, 'aisopod.node'));
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'NOTICES'), notices());
  writeFileSync(join(folder, 'README.md'), readme(name, glibc));
  const manifest = manifestOf(name, glibc, why === null);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const built = why === null ? '' : `; not to be published, since ${why}`;
  return `the addon needs ${describe(needs)}${built}`;
}

/** What builds against an old glibc, or why it cannot be had. */
function oldestGlibc() {
  const why = whyNoOldGlibc();
  if (why !== null) return { why, options: [] };
  try {
    return { why: null, options: oldGlibc() };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return { why: 'the archive of Debian cannot be reached', options: [] };
  }
}

function checkOld(needs) {
  const foreign = needs.libraries.filter((library) => !OF_NODE.test(library));
  const fits = (key) => compareVersions(needs[key], AT_MOST[key]) <= 0;
  if (fits('glibc') && fits('glibcxx') && foreign.length === 0) return;
  throw new StepFailed(
    `The addon needs ${describe(needs)}; it may need glibc ${AT_MOST.glibc} and GLIBCXX_${AT_MOST.glibcxx} at most, and ` +
      'no library that Node.js does not need. Find out which function needs more with: ' +
      `readelf --wide --dyn-syms ${PLATFORM_ADDON}`,
  );
}

function describe({ glibc, glibcxx, libraries }) {
  return `glibc ${glibc}, GLIBCXX_${glibcxx} and ${libraries.join(', ')}`;
}

function manifestOf(name, glibc, forOthers) {
  const { version, license, engines } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  return {
    name,
    version,
    description: `The native part of aisopod for Linux x64 with glibc ${glibc} or newer`,
    license,
    ...(forOthers ? {} : { private: true }),
    os: ['linux'],
    cpu: ['x64'],
    libc: ['glibc'],
    engines,
    main: 'aisopod.node',
    files: ['aisopod.node', 'NOTICES'],
    publishConfig: { access: 'public' },
    preferUnplugged: true,
  };
}

function readme(name, glibc) {
  return `# ${name}

The native part of [aisopod](https://www.npmjs.com/package/aisopod) for Linux x64 with glibc ${glibc} or newer.
npm installs it with aisopod, at the same version. It has no interface of its own.
`;
}

/** Of what is compiled into the addon. */
function notices() {
  const nodeAddonApi = readFileSync(
    join(ROOT, 'node_modules', 'node-addon-api', 'LICENSE.md'),
    'utf8',
  );
  return `aisopod.node contains code of node-addon-api.\n\n${nodeAddonApi.trim()}\n`;
}
