import cases from './contract-cases.json' with { type: 'json' };

/** A text of the contract, and what is said of it. */
export interface ContractCase {
  readonly name: string;
  readonly bytes: Buffer;
  /** The sentence; undefined: the text is taken. */
  readonly refused: string | undefined;
}

interface Written {
  readonly text?: string;
  readonly hex?: string;
  /** Containers around something: `times` of `open`, `inner`, and as many of `close`. */
  readonly times?: number;
  readonly open?: string;
  readonly inner?: string;
  readonly close?: string;
  readonly refused?: string;
}

/** The table that the native tests read too. */
export const CONTRACT_CASES: readonly ContractCase[] = (cases as readonly Written[]).map((one) => {
  const { text = '', hex, times, open = '', inner = '', close = '', refused } = one;
  const written = times === undefined ? text : open.repeat(times) + inner + close.repeat(times);
  const bytes = hex === undefined ? Buffer.from(written) : Buffer.from(hex, 'hex');
  const name = JSON.stringify(hex ?? `${written.slice(0, 60)}${times ? ` x ${times}` : ''}`);
  return { name, bytes, refused };
});
