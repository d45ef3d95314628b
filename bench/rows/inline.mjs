// An INLINE tool call through the whole host, against a koffi call with the same JSON work.
import koffi from 'koffi';
import { openEcho } from '../echo-host.mjs';
import { BUILT } from '../paths.mjs';
import { payload } from '../payload.mjs';
import { compare } from '../rounds.mjs';

/** @param {number} bytes */
export async function inline(bytes) {
  const host = await openEcho();
  const bare = koffi.load(`${BUILT}/Release/bench_bare.so`);
  const echo = bare.func('const char *bench_echo(const char *, size_t)');
  const args = payload(bytes);
  const per = Math.max(20, Math.floor(2_000_000 / bytes));
  const result = await compare({
    per,
    async ours() {
      for (let i = 0; i < per; i++) await host.tools.call('echo_inline', args);
    },
    async theirs() {
      for (let i = 0; i < per; i++) {
        const text = JSON.stringify(args);
        await JSON.parse(echo(text, text.length));
      }
    },
  });
  await host.close();
  return result;
}
