/** Arguments whose JSON has `bytes` bytes. */
export function payload(bytes) {
  const empty = JSON.stringify({ text: '', n: 1234 }).length;
  return { text: 'abcdefghij'.repeat(Math.ceil(bytes / 10)).slice(0, bytes - empty), n: 1234 };
}
