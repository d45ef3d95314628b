// The declarations of the public surface, as one text of API Extractor.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { ROOT, runTool } from '../run.mjs';
import { typeOnlyExports } from './type-only.mjs';

const FOLDER = join(ROOT, 'build', 'declarations');

/** What API Extractor is handed: both doors as one, so that what the second shares stands there once. */
const ENTRY = `export * from './index.js';
export * as testing from './testing/index.js';
`;

/**
 * Writes the declarations of src into build and flattens what is reachable from them.
 * @returns {{ readonly text: string, readonly typeOnly: ReadonlySet<string> }} every declaration in the order
 *   of names, those of aisopod/testing as the namespace `testing`; and the exports that are types alone
 * @throws StepFailed when src has an error of types
 */
export function flattenDeclarations() {
  rmSync(FOLDER, { recursive: true, force: true });
  const flags = ['--emitDeclarationOnly', '--sourceMap', 'false', '--incremental', 'false'];
  const args = ['-p', 'tsconfig.json', '--tsBuildInfoFile', 'null', '--outDir', FOLDER, ...flags];
  runTool('write the declarations', ['typescript', 'bin', 'tsc'], args, { quiet: true });
  const entry = join(FOLDER, 'public-api.d.ts');
  writeFileSync(entry, ENTRY);
  const report = join(FOLDER, 'report');
  mkdirSync(report);
  const { succeeded } = Extractor.invoke(configure(entry, report), {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true; // its rules for comments are not ours
      message.addToApiReportFile = false;
    },
  });
  if (!succeeded)
    throw new Error('API Extractor cannot read the declarations in build/declarations');
  const doors = ['index.d.ts', 'testing/index.d.ts'].map((door) => join(FOLDER, door));
  const text = doors.map((door) => readFileSync(door, 'utf8')).join('\n');
  return {
    text: readFileSync(join(report, 'aisopod.api.md'), 'utf8'),
    typeOnly: typeOnlyExports(text),
  };
}

/** @param {string} entry @param {string} folder where the report goes */
function configure(entry, folder) {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const { module, target, lib, types, strict, skipLibCheck } = compilerOptions;
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          compilerOptions: { module, target, lib, types, strict, skipLibCheck },
          files: [entry],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: 'aisopod',
        reportFolder: folder,
        reportTempFolder: join(folder, 'temporary'),
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
    },
  });
}
