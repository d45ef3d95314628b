// The package with the addon that is built already, for the platform of this machine.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative } from '../prepare.mjs';
import { ROOT, StepFailed } from '../run.mjs';
import { checkAddon } from './check-addon.mjs';
import { oldGlibc, whyNoOldGlibc } from './old-glibc.mjs';

/** What the addon may need at most when it is built against the old glibc. */
const GLIBC = '2.30';
const BUILD = 'build/platform';

/** Libraries of glibc: every system that has glibc has them. */
const OF_GLIBC = /^(?:lib(?:c|m|dl|rt|pthread)\.so\.\d|ld-linux)/;

/**
 * Builds the addon and lays out its package. Where the old glibc cannot be had, it is built against that of
 * this machine, and npm refuses to publish the package.
 * @param folder where the package goes
 * @param name of the package
 * @returns one line about what the addon needs
 */
export async function layOutPlatformPackage(folder, name) {
  const why = whyNoOldGlibc();
  await buildNative(BUILD, why === null ? oldGlibc() : [], 'aisopod');
  const addon = join(ROOT, BUILD, 'Release', 'aisopod.node');
  const { glibc, libraries } = checkAddon(addon);
  if (why === null) checkOld(glibc, libraries);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(addon, join(folder, 'aisopod.node'));
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'NOTICES'), notices(why === null));
  writeFileSync(join(folder, 'README.md'), readme(name, glibc));
  const manifest = manifestOf(name, glibc, why === null);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const built = why === null ? '' : `; not to be published, since ${why}`;
  return `the addon needs glibc ${glibc} and ${libraries.join(', ')}${built}`;
}

function checkOld(glibc, libraries) {
  const [, minor] = glibc.split('.').map(Number);
  const foreign = libraries.filter((library) => !OF_GLIBC.test(library));
  if (minor <= Number(GLIBC.split('.')[1]) && foreign.length === 0) return;
  throw new StepFailed(
    `The addon needs glibc ${glibc} and ${libraries.join(', ')}; it may need glibc ${GLIBC} at most, and no ` +
      'library besides. Find out which function needs more with: ' +
      `readelf --wide --dyn-syms ${BUILD}/Release/aisopod.node`,
  );
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

/** Of what is compiled or linked into the addon. */
function notices(isStatic) {
  const nodeAddonApi = readFileSync(
    join(ROOT, 'node_modules', 'node-addon-api', 'LICENSE.md'),
    'utf8',
  );
  const runtime =
    'libstdc++ and libgcc, of the GNU Compiler Collection, are under the GNU General Public License, version 3,\n' +
    'with the GCC Runtime Library Exception, version 3.1: https://www.gnu.org/licenses/gcc-exception-3.1.html\n';
  return `aisopod.node contains\n\nnode-addon-api\n\n${nodeAddonApi.trim()}\n${isStatic ? `\n${runtime}` : ''}`;
}
