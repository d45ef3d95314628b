// A Worker in whose environment nothing was called yet: memory is short on its thread during its
// first calls, and while it ends with a call and a request under way.
import { Worker } from 'node:worker_threads';
import { countAlive } from './plugin.mjs';

export async function live({ folder, order, step, failed }) {
  const alive = countAlive();
  step('a worker');
  const worker = new Worker(new URL('./worker-thread.mjs', import.meta.url), {
    workerData: { folder, order },
  });
  failed.push(
    ...(await new Promise((serves, fails) => {
      worker.once('message', serves);
      worker.once('error', fails);
    })),
  );
  step('its end');
  await worker.terminate();
  step('all has ended');
  await alive.returned();
}
