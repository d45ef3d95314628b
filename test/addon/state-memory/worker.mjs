// A Worker ends while restore_state() reads bytes that the Worker's JavaScript had. The plugin aborts when
// they are not what was saved.
//
//   node worker.mjs <folder of the plugin> <bytes of the state> <the gate that it waits for>
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { countAlive } from '../shortage/plugin.mjs';

const [folder, bytes, gate] = process.argv.slice(2);
const alive = countAlive();
const worker = new Worker(new URL('./worker-thread.mjs', import.meta.url), {
  workerData: { folder, bytes: Number(bytes), gate },
});
await new Promise((resolve, reject) => {
  worker.once('message', resolve);
  worker.once('error', reject);
});
await worker.terminate();
writeFileSync(gate, '');
await alive.returned();
console.log('read');
