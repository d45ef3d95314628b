import { parse } from 'smol-toml';

/** A place in a valid TOML document, and the steps that it can take. The parser tells no positions. */
export class Cursor {
  protected at = 0;
  protected readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** One part of a dotted key. */
  protected keyPart(): string {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") return this.match(/[\w-]+/y);
    const from = this.at;
    this.string();
    const raw = this.text.slice(from, this.at);
    // The parser knows every escape; it may as well undo them.
    return raw.includes('\\') ? String(parse(`key = ${raw}`).key) : raw.slice(1, -1);
  }

  protected string(): void {
    const quote = this.text[this.at] as string;
    const literal = quote === "'";
    const triple = this.text.startsWith(quote.repeat(3), this.at);
    this.at += triple ? 3 : 1;
    const close = triple ? quote.repeat(3) : quote;
    while (this.at < this.text.length && !this.text.startsWith(close, this.at)) {
      this.at += !literal && this.text[this.at] === '\\' ? 2 : 1;
    }
    this.at += close.length;
    // A multi-line string may end with one or two quotes of its own.
    while (triple && this.text[this.at] === quote) this.at++;
  }

  /** Skips spaces, line ends and comments. */
  protected blank(): void {
    while (this.match(/[ \t\r\n]+|#[^\n]*/y) !== '');
  }

  protected match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}
