// What V8 has counted in any number of processes, as lines of the TypeScript.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Reads a folder that NODE_V8_COVERAGE named.
 * @param dist folder of the JavaScript, each file next to its source map
 * @returns for each file that a process has loaded: its name, its lines with code, how many of them
 *   ran, and the others as ranges; a file that nothing loads counts as not run
 */
export function coverageOf(raw, dist) {
  const ran = new Map();
  const prefix = `${pathToFileURL(dist).href}/`;
  for (const name of readdirSync(raw)) {
    for (const { url, functions } of readProcess(join(raw, name))) {
      if (!url.startsWith(prefix)) continue;
      const path = fileURLToPath(url.split('?')[0]);
      if (!existsSync(`${path}.map`)) continue;
      const known = ran.get(path) ?? new Uint8Array(readFileSync(path, 'utf8').length);
      ran.set(path, known);
      paint(functions, known);
    }
  }
  return readdirSync(dist, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => linesOf(join(dist, name), ran.get(join(dist, name)), dist))
    .filter(({ lines }) => lines > 0);
}

/** The scripts of one process; of one that was killed while it wrote, none. */
function readProcess(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).result;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Marks the characters that ran. Ranges nest, and the innermost one counts. */
function paint(functions, known) {
  const here = new Uint8Array(known.length);
  const ranges = functions.flatMap(({ ranges }) => ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges) {
    here.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  for (let i = 0; i < here.length; i++) known[i] |= here[i];
}

function linesOf(path, ran, dist) {
  const text = readFileSync(path, 'utf8');
  const map = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
  const sources = new SourceMap(map);
  const lines = new Map();
  let offset = 0;
  for (const [number, line] of text.split('\n').entries()) {
    for (const { index } of line.matchAll(/[\w$]+/g)) {
      const { originalLine } = sources.findEntry(number, index);
      if (originalLine === undefined) continue;
      const isRun = ran !== undefined && ran[offset + index] === 1;
      lines.set(originalLine + 1, (lines.get(originalLine + 1) ?? true) && isRun);
    }
    offset += line.length + 1;
  }
  const missed = [...lines].filter(([, isRun]) => !isRun).map(([line]) => line);
  const file = `src/${relative(dist, path).replace(/\.js$/, '.ts')}`;
  return { file, lines: lines.size, covered: lines.size - missed.length, missed: asRanges(missed) };
}

function asRanges(numbers) {
  const ranges = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
}
