// The longest interval of Node.js: about 12 days.
const LONG_MS = 2 ** 30;

/** Holds the event loop until the returned function is called. */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, LONG_MS);
  return () => clearInterval(timer);
}
