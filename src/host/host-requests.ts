import type { RequestHandler, RequestHandlers } from '../loaders/index.js';

/**
 * What plugins may ask for with request(): what the host answers itself, and above it what the
 * embedder answers.
 */
export function hostRequests(embedder: Readonly<Record<string, RequestHandler>>): RequestHandlers {
  return new Map(Object.entries({ ...embedder }));
}
