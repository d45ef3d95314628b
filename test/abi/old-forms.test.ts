import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** History keeps its words, and this list has to name them. */
const EXEMPT = /^(?:CHANGELOG\.md|docs\/decisions(?:\.md|\/.*)|test\/abi\/old-forms\.test\.ts)$/;
const C = ['.c', '.cc', '.cpp', '.h', '.hpp', '.inc', '.md'];

/** A form of the header before 1.0. */
interface OldForm {
  /** As it was written. */
  readonly old: string;
  readonly pattern: RegExp;
  /** What to write now. */
  readonly now: string;
  /** In C, C++ and docs only, since it means something else in TypeScript. */
  readonly onlyC?: boolean;
}

const word = (old: string, now: string): OldForm => ({
  old,
  pattern: new RegExp(`\\b${old}\\b`),
  now,
});

const FORMS: readonly OldForm[] = [
  word('aisopod_ask', 'aisopod_request'),
  word('aisopod_buf', 'aisopod_payload, or aisopod_response'),
  word('aisopod_reg', 'aisopod_token'),
  word('aisopod_handler', 'aisopod_handler_fn'),
  word('aisopod_release', 'aisopod_release_fn'),
  word('AISOPOD_ASK_STREAM', 'AISOPOD_REQUEST_STREAM'),
  word('AISOPOD_RESP_MORE', 'AISOPOD_RESPONSE_MORE'),
  word('AISOPOD_DESC_HEAD', 'AISOPOD_DESCRIBE(desc) { ... }'),
  word('request_cancel', 'cancel()'),
  word('call_cancel', 'cancel()'),
  word('buf_release', 'payload_release() or response_release()'),
  word('topic_glob', 'pattern'),
  word('seven rules', 'eight rules'),
  { old: 'AISOPOD_ENTRY(void)', pattern: /AISOPOD_ENTRY\(void\)/, now: 'AISOPOD_DESCRIBE' },
  { old: 'host->emit(', pattern: /->emit\b|`emit\(/, now: 'publish(), aisopod_publish()' },
  { old: 'req->params_len', pattern: /(?:->|\.)params_len\b/, now: 'params->len' },
  { old: 'def->spec_len', pattern: /(?:->|\.)spec_len\b/, now: 'spec->len' },
  { old: 'host->config(', pattern: /\bh(?:ost)?->config\(/, now: 'get_config()', onlyC: true },
  {
    old: 'aisopod_call call,',
    pattern: /\baisopod_call \w+[,)]/,
    now: 'aisopod_token call',
    onlyC: true,
  },
  {
    old: '(void *user, const aisopod_request *req)',
    pattern: /void \*\w*, *const aisopod_request \*/,
    now: 'const aisopod_call *call',
    onlyC: true,
  },
  { old: 'req->call', pattern: /\breq(?:uest)?->call\b/, now: 'call->token', onlyC: true },
  { old: 'def->handler', pattern: /\bdef(?:->|\.)handler\b/, now: 'fn', onlyC: true },
  { old: 'err->code', pattern: /\berr(?:or)?->code\b/, now: 'err->status', onlyC: true },
  {
    old: 'desc.get_interface',
    pattern: /\bdesc(?:->|\.)get_interface\b/,
    now: 'nothing: only the host has interfaces',
    onlyC: true,
  },
];

const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && !EXEMPT.test(path) && existsSync(join(ROOT, path)))
  .map((path) => ({ path, lines: readFileSync(join(ROOT, path), 'utf8').split('\n') }));

/** Where a form stands, as `file:line: text`. */
function placesOf({ pattern, onlyC = false }: OldForm): string[] {
  return files
    .filter(({ path }) => !onlyC || C.includes(extname(path)))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    );
}

describe('of the header before 1.0', () => {
  test.each(FORMS)('no file has $old; it is $now', (form) => {
    expect(placesOf(form)).toEqual([]);
  });

  test.each(FORMS)('$old would be found', ({ old, pattern }) => {
    expect(old).toMatch(pattern);
  });

  test('no file or folder of the core is named after asks', () => {
    const named = files.filter(({ path }) => /^(?:native\/core|src)\/.*\bask(?:s|_|\.)/.test(path));
    expect(named.map(({ path }) => path)).toEqual([]);
  });
});
