import type { RequestHandler, RequestHandlers } from '../instance/index.js';
import type { KindPart } from '../registry/index.js';
import { storageRequests } from '../services/storage/index.js';
import type { HostServices } from './services.js';

/**
 * What plugins may request: what the storage and the kinds answer, and above it what the embedder
 * answers.
 */
export function hostRequests(
  { storage, kinds }: HostServices,
  embedder: Readonly<Record<string, RequestHandler>>,
): RequestHandlers {
  const ofKinds = Object.values<KindPart>(kinds).map(({ requests }) => requests);
  return new Map(Object.entries(Object.assign({}, storageRequests(storage), ...ofKinds, embedder)));
}
