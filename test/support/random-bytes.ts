/** Numbers that look random and are the same for the same seed (mulberry32). */
export class RandomBytes {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** From `least` to `most` bytes. */
  bytes(least: number, most: number): Buffer {
    const buffer = Buffer.allocUnsafe(least + this.int(most - least + 1));
    for (let i = 0; i < buffer.length; i++) buffer[i] = this.int(256);
    return buffer;
  }

  /** The same with up to `most` of its bytes replaced, and now and then cut. */
  damaged(bytes: Uint8Array, most: number): Buffer {
    const copy = Buffer.from(bytes);
    for (let i = this.int(most + 1); i >= 0; i--) copy[this.int(copy.length)] = this.int(256);
    return this.int(8) === 0 ? copy.subarray(0, this.int(copy.length)) : copy;
  }
}
