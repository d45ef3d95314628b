// A worker tool call through the whole host, against N-API's AsyncWorker with the same JSON work.
import { createRequire } from 'node:module';
import { openEcho } from '../echo-host.mjs';
import { BUILT } from '../paths.mjs';
import { payload } from '../payload.mjs';
import { compare } from '../rounds.mjs';

/**
 * @param {number} bytes
 * @param {number} inFlight calls at once
 */
export async function worker(bytes, inFlight) {
  const host = await openEcho();
  const bare = createRequire(import.meta.url)(`${BUILT}/Release/bench_async.node`);
  const args = payload(bytes);
  const turns = Math.max(4, Math.floor(400_000 / bytes / inFlight));
  const result = await compare({
    per: turns * inFlight,
    ours: () => many(turns, inFlight, () => host.tools.call('echo_worker', args)),
    theirs: () =>
      many(turns, inFlight, async () => JSON.parse(await bare.echo(JSON.stringify(args)))),
  });
  await host.close();
  return result;
}

/** Keeps `inFlight` chains of `turns` calls going. */
async function many(turns, inFlight, call) {
  const chain = async () => {
    for (let i = 0; i < turns; i++) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, chain));
}
