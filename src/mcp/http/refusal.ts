/** What the SDK answers itself with, where no code of JSON-RPC fits. */
const SERVER_ERROR = -32000;

/** An answer that no request is served with, in the form of the protocol. */
export function refusal(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code = SERVER_ERROR,
): Response {
  const body = { jsonrpc: '2.0', error: { code, message }, id: null };
  return Response.json(body, { status, headers });
}
