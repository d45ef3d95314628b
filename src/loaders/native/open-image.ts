import { existsSync } from 'node:fs';
import { AisopodError } from '../../errors/index.js';
import { type Image, type ImageOptions, imageOf } from './images.js';
import { type OpenedLibrary, type OpenOptions, openLibrary } from './open-library.js';

/** A cleaning takes an image away once at most; so many may come at the same moment. */
const ATTEMPTS = 3;

export interface OpenedImage {
  readonly image: Image;
  readonly library: OpenedLibrary;
}

/**
 * Makes the private copy of a library and opens it. Another process that cleans the cache may have
 * seen the copy before this process said that it uses it, and take it away just before it is
 * opened; then it is made and opened once more, and the note stands.
 *
 * @param entry path of the library
 * @throws AisopodError as imageOf() and openLibrary()
 */
export async function openImage(
  entry: string,
  copying: ImageOptions,
  opening: Omit<OpenOptions, 'siblings'>,
): Promise<OpenedImage> {
  for (let attempt = 1; ; attempt++) {
    let image: Image | undefined;
    try {
      image = imageOf(entry, copying);
      const { siblings } = image;
      const library = await openLibrary(image.path, { ...opening, siblings });
      return { image, library };
    } catch (error) {
      if (attempt === ATTEMPTS || !wasTakenAway(image, error)) throw error;
    }
  }
}

function wasTakenAway(image: Image | undefined, error: unknown): boolean {
  if (image !== undefined) return !existsSync(image.path);
  if (!AisopodError.is(error) || error.code !== 'IMAGE_CACHE') return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
