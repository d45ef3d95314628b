/** What can be closed when nothing is left to do. */
interface Closable {
  close(): Promise<void>;
}

const open = new Set<Closable>();
let listening = false;

/**
 * Closes the host when the event loop of its environment runs empty, so that plugins shut down at a
 * natural end. process.exit() and an uncaught error end the process without on_shutdown.
 */
export function rememberOpenHost(host: Closable): void {
  open.add(host);
  if (listening) return;
  listening = true;
  process.on('beforeExit', () => {
    for (const each of open) void each.close();
  });
}

export function forgetOpenHost(host: Closable): void {
  open.delete(host);
}
