import type {
  CodeKeywordDefinition,
  FuncKeywordDefinition,
  KeywordDefinition,
} from 'ajv/dist/2020.js';
import { canonicalText, jsonText } from '../json/index.js';
import type { Work } from './work.js';

type Compiled = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>;

/** The keywords that stand for those of JSON Schema that ajv would do otherwise. */
export const LONG_ENUM = '$enum';
export const DECIMAL_MULTIPLE = '$multipleOf';
export const LENGTHS: Readonly<Record<string, string>> = {
  minLength: '$minLength',
  maxLength: '$maxLength',
};

// Up to so many values one is found as fast by looking at each.
const FEW = 16;

/** Whether an `enum` is one for LONG_ENUM: ajv compares a value with each of it. */
export function isLongEnum(values: readonly unknown[]): boolean {
  return values.length > FEW || values.some((value) => typeof value === 'object' && value !== null);
}

type Ajv = Pick<typeof import('ajv/dist/2020.js'), '_' | 'str'>;

/** The keywords that ajv has not, or does in more time than that of the value's size. */
export function ownKeywords(ajv: Ajv, work: Work): KeywordDefinition[] {
  const lengths = [length('minLength', ajv, work), length('maxLength', ajv, work)];
  return [uniqueItems(work), longEnum(work), decimalMultiple(work), ...lengths];
}

/** Ajv compares each object of a list with all others, which takes seconds for 10,000. */
function uniqueItems(work: Work): FuncKeywordDefinition {
  return {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    compile(wanted: boolean) {
      const validate: Compiled = (items) => {
        const twice = wanted ? findTwice(items, work) : null;
        if (twice === null) return true;
        const { first, again } = twice;
        const message = `must NOT have duplicate items (items ## ${first} and ${again} are identical)`;
        validate.errors = [{ keyword: 'uniqueItems', params: { i: again, j: first }, message }];
        return false;
      };
      return validate;
    },
  };
}

/** Two items that are equal as JSON, whatever the order of members. */
function findTwice(items: readonly unknown[], work: Work): { first: number; again: number } | null {
  const scalars = new Map<unknown, number>();
  const others = new Map<string, number>();
  for (let again = 0; again < items.length; again++) {
    const item = items[again];
    const isScalar = typeof item !== 'object' || item === null;
    const seen: Map<unknown, number> = isScalar ? scalars : others;
    const key = isScalar ? item : countedText(item, work);
    const first = seen.get(key);
    if (first !== undefined) return { first, again };
    seen.set(key, again);
    work.charge(30);
  }
  return null;
}

/** The text that an array or an object has in common with all that are equal to it. */
function textOf(value: object): string {
  return hasSortedKeys(value) ? jsonText(value) : canonicalText(value);
}

/** As textOf(), of a part of the value that is validated. */
function countedText(value: object, work: Work): string {
  const text = textOf(value);
  work.charge(20 + text.length);
  return text;
}

function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasSortedKeys);
  let last = '';
  for (const [key, member] of Object.entries(value)) {
    if (key < last || !hasSortedKeys(member)) return false;
    last = key;
  }
  return true;
}

function longEnum(work: Work): FuncKeywordDefinition {
  return {
    keyword: LONG_ENUM,
    schemaType: 'array',
    compile(values: readonly unknown[]) {
      const isObject = (value: unknown): value is object =>
        typeof value === 'object' && value !== null;
      const scalars = new Set(values.filter((value) => !isObject(value)));
      const texts = new Set(values.filter(isObject).map(textOf));
      const has = (value: unknown) =>
        isObject(value)
          ? texts.size > 0 && texts.has(countedText(value, work))
          : scalars.has(value);
      const validate: Compiled = (value) => {
        if (has(value)) return true;
        const message = 'must be equal to one of the allowed values';
        validate.errors = [{ keyword: 'enum', params: { allowedValues: values }, message }];
        return false;
      };
      return validate;
    },
  };
}

/**
 * Ajv counts the characters of each text. In UTF-16 units a text has as many as characters, or up to twice as
 * many, so that few have to be counted.
 */
function length(
  keyword: 'minLength' | 'maxLength',
  { _, str }: Ajv,
  work: Work,
): CodeKeywordDefinition {
  const isMost = keyword === 'maxLength';
  const than = isMost ? 'more' : 'fewer';
  return {
    keyword: LENGTHS[keyword] as string,
    type: 'string',
    schemaType: 'number',
    error: {
      message: ({ schema }) => str`must NOT have ${than} than ${schema} characters`,
      params: ({ schema }) => _`{limit: ${schema}}`,
    },
    code(context) {
      const { gen, data, schema } = context;
      const limit = schema as number;
      const count = gen.scopeValue('func', { ref: (text: string) => charactersIn(text, work) });
      const units = _`${data}.length`;
      context.fail(
        isMost
          ? _`${units} > ${limit} && (${units} > ${2 * limit} || ${count}(${data}) > ${limit})`
          : _`${units} < ${2 * limit} && (${units} < ${limit} || ${count}(${data}) < ${limit})`,
      );
    },
  };
}

function charactersIn(text: string, work: Work): number {
  work.charge(text.length);
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) continue;
    if ((text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count -= 1;
  }
  return count;
}

/** Of a number that is not whole: as they are written, 0.07 is a multiple of 0.01; as doubles it is not. */
function decimalMultiple(work: Work): FuncKeywordDefinition {
  return {
    keyword: DECIMAL_MULTIPLE,
    type: 'number',
    schemaType: 'number',
    compile(divisor: number) {
      const isMultiple = multiplesOf(divisor, work);
      const validate: Compiled = (value: number) => {
        if (isMultiple(value)) return true;
        const message = `must be multiple of ${jsonText(divisor)}`;
        validate.errors = [{ keyword: 'multipleOf', params: { multipleOf: divisor }, message }];
        return false;
      };
      return validate;
    },
  };
}

// Powers of ten up to here are exact as doubles.
const EXACT_PLACES = 15;

function multiplesOf(divisor: number, work: Work): (value: number) => boolean {
  const by = decimal(divisor);
  const scale = by.places <= EXACT_PLACES ? 10 ** by.places : Number.POSITIVE_INFINITY;
  const whole = Number(by.digits);
  return (value) => {
    const scaled = Math.round(value * scale);
    if (!Number.isSafeInteger(scaled) || !Number.isSafeInteger(whole)) {
      work.charge(1_000);
      return isLongMultiple(decimal(value), by);
    }
    // With more places than the divisor it is no multiple of it.
    return scaled / scale === value && scaled % whole === 0;
  };
}

function isLongMultiple(a: Decimal, b: Decimal): boolean {
  const places = Math.max(a.places, b.places);
  const whole = ({ digits, places: own }: Decimal) => digits * 10n ** BigInt(places - own);
  return whole(a) % whole(b) === 0n;
}

/** `digits` divided by ten as often as `places` says. */
interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** A number as JSON writes it. */
function decimal(value: number): Decimal {
  const [mantissa, exponent = '0'] = String(value).split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  return { digits: BigInt(whole + fraction), places: fraction.length - Number(exponent) };
}
