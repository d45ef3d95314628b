import { existsSync, lstatSync } from 'node:fs';
import { AisopodError } from '../../../base/errors/index.js';
import { type OpenedLibrary, type OpenOptions, openLibrary } from '../opening/open-library.js';
import { refuseSanitizer } from '../opening/sanitizers.js';
import { type ImageOptions, imageOf, type OpenableImage } from './copies.js';
import { knownImage } from './known-copy.js';
import type { KnownLibraries } from './known-libraries.js';

/** A cleaning takes an image away once at most; so many may come at the same moment. */
const ATTEMPTS = 3;

export interface OpenedImage {
  readonly image: OpenableImage;
  readonly library: OpenedLibrary;
}

/**
 * Makes the private copy of a library and opens it. Another process that cleans the cache may have
 * seen the copy before this process said that it uses it, and take it away just before it is
 * opened; then it is made and opened once more, and the note stands.
 *
 * @param entry path of the library
 * @param libraries what is known of it, and is to be known from now on; null: nothing
 * @throws AisopodError LIBRARY_SANITIZER; as imageOf() and openLibrary()
 */
export async function openImage(
  entry: string,
  copying: ImageOptions,
  opening: Omit<OpenOptions, 'siblings' | 'unique'>,
  libraries: KnownLibraries | null = null,
): Promise<OpenedImage> {
  let known = libraries && knownImage(entry, copying, libraries);
  for (let attempt = 1; ; attempt++) {
    let image: OpenableImage | undefined;
    try {
      image = known ?? (await inTurnToRead(() => readImage(entry, copying, libraries)));
      known = null;
      refuseSanitizer(opening.original ?? entry, image.sanitizer);
      const { siblings, unique } = image;
      const shares = siblings.length > 0 || unique.length > 0;
      const options = shares ? { ...opening, siblings, unique } : opening;
      const library = await openLibrary(image.path, options);
      return { image, library };
    } catch (error) {
      if (attempt === ATTEMPTS || !wasTakenAway(image, error)) throw error;
    }
  }
}

let turns: Promise<unknown> = Promise.resolve();

/**
 * One library is read and copied at a time, however many are to be opened: each takes memory for a
 * piece of it. Small ones take a turn of the event loop each, large ones several.
 */
function inTurnToRead(read: () => Promise<OpenableImage>): Promise<OpenableImage> {
  const mine = turns.then(() => new Promise(setImmediate)).then(read);
  turns = mine.catch(() => {});
  return mine;
}

async function readImage(
  entry: string,
  copying: ImageOptions,
  libraries: KnownLibraries | null,
): Promise<OpenableImage> {
  const begun = Date.now();
  const original = lstatSync(entry, { throwIfNoEntry: false });
  const image = await imageOf(entry, copying);
  if (original !== undefined && image.alone) {
    const copy = lstatSync(image.path, { throwIfNoEntry: false });
    if (copy !== undefined) libraries?.learn(entry, { ...image, original, copy, begun });
  }
  return image;
}

function wasTakenAway(image: OpenableImage | undefined, error: unknown): boolean {
  if (image !== undefined) return !existsSync(image.path);
  if (!AisopodError.is(error) || error.code !== 'IMAGE_CACHE') return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
