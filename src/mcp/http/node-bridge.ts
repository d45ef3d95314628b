import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Makes what the SDK reads of what Node.js has received, without the body. Its signal is aborted when the
 * client goes before it has the whole answer.
 * @throws TypeError when the Fetch standard does not allow such a request
 */
export function headOf(incoming: IncomingMessage, response: ServerResponse): Request {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  const headers = new Headers();
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  // Who is meant stands in the header Host, which is checked; here the path alone counts.
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  return new Request(url, { method: incoming.method ?? 'GET', headers, signal: controller.signal });
}

/**
 * Reads the body of a request.
 * @param limit bytes
 * @returns null: it is longer, and the rest is not read
 */
export async function bodyOf(incoming: IncomingMessage, limit: number): Promise<Buffer | null> {
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return null;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > limit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Sends an answer of the SDK, chunk by chunk, and ends it when the client goes. */
export async function send(answer: Response, response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    await answer.body?.cancel();
    return;
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
    return;
  }
  response.flushHeaders();
  const reader = answer.body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  response.once('close', cancel);
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) break;
    if (!response.write(value)) await drained(response);
  }
  response.off('close', cancel);
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
}
