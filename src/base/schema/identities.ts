/**
 * Where the schemas of a document stand: as their author wrote them, by the URIs that `$id` gives them, and as
 * they stand once the document has been translated.
 */
export class Identities {
  /** The base of a document without an `$id`. */
  static readonly NO_BASE = 'schema:///';

  readonly #modern = new Map<string, string>();
  readonly #written = new Map<string, string>();
  /** Where the schema stands that has a URI. */
  readonly #resources = new Map<string, string>([[Identities.NO_BASE, '']]);

  /** What is written at one place stands at another, or at the same. */
  moved(written: string, modern: string): void {
    this.#modern.set(written, modern);
    this.#written.set(modern, written);
  }

  /** Returns the base of a schema with an id, or the one that it stands in. */
  resource(id: unknown, base: string, written: string): string {
    if (typeof id !== 'string' || id.startsWith('#')) return base;
    const uri = resolved(id, base);
    if (uri === null) return base;
    const [own] = uri.split('#') as [string];
    if (!this.#resources.has(own)) this.#resources.set(own, written);
    return own;
  }

  /** Returns the reference as one within the translated document, or as it is when it leads out of it. */
  local(reference: string, base: string): string {
    const uri = resolved(reference, base);
    const resource = uri === null ? undefined : this.#resources.get(uri.split('#')[0] as string);
    if (resource === undefined) return reference;
    const hash = reference.indexOf('#');
    const fragment = hash < 0 ? '' : reference.slice(hash + 1);
    if (fragment !== '' && !fragment.startsWith('/')) return `#${fragment}`;
    const written = resource + (decoded(fragment) ?? fragment);
    const modern = this.#modern.get(written) ?? written;
    if (hash === 0 && modern === decoded(fragment)) return reference;
    return `#${modern.split('/').map(encodeURIComponent).join('/')}`;
  }

  /** Returns where that was written which stands at `modern` or in what stands there. */
  written(modern: string): string {
    for (let end = modern.length; end > 0; end = modern.lastIndexOf('/', end - 1)) {
      const found = this.#written.get(modern.slice(0, end));
      if (found !== undefined) return found + modern.slice(end);
    }
    return modern;
  }
}

function resolved(reference: string, base: string): string | null {
  try {
    return new URL(reference, base).href;
  } catch {
    return null;
  }
}

function decoded(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}
