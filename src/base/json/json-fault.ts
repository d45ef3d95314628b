/** Why a value or a text is not taken as JSON; callers make errors with a code of it. */
export class JsonFault extends Error {
  override readonly name: string = 'JsonFault';
}

/** Where a text is not taken. */
export interface JsonPlace {
  /** From 0, in its UTF-8. */
  readonly byte: number;
  /** From 0, in characters of JavaScript. */
  readonly index: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters of JavaScript. */
  readonly column: number;
}

/** Why a text is not taken: what is wrong, where, and what to write instead. */
export class JsonTextFault extends JsonFault {
  override readonly name = 'JsonTextFault';
  /** Such as `an integer that a double cannot hold`. */
  readonly what: string;
  readonly place: JsonPlace;
  /** Such as `write it as a string`; empty when there is nothing to add. */
  readonly advice: string;

  /** What is wrong and what to write, without the place. */
  get described(): string {
    return this.advice === '' ? this.what : `${this.what}; ${this.advice}`;
  }

  constructor(what: string, place: JsonPlace, advice: string) {
    super(`${what} at byte ${place.byte}${advice === '' ? '' : `; ${advice}`}`);
    this.what = what;
    this.place = place;
    this.advice = advice;
  }
}
