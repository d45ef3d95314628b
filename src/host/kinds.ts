import type { Kind } from '../abi/index.js';
import { parseCommandSpec } from '../kinds/commands/index.js';
import { parseHookSpec } from '../kinds/hooks/index.js';
import { parseMessageSpec } from '../kinds/messages/index.js';
import { parseMiddlewareSpec } from '../kinds/middleware/index.js';
import { parseToolSpec } from '../kinds/tools/index.js';
import type { SpecParsers } from '../registry/index.js';

/** The kinds that have a consumer, each with what reads its spec. */
export const SPEC_PARSERS: SpecParsers = {
  tool: parseToolSpec,
  hook: parseHookSpec,
  middleware: parseMiddlewareSpec,
  command: parseCommandSpec,
  message: parseMessageSpec,
};

/** Any other kind answers AISOPOD_E_UNSUPPORTED. */
export const KINDS_SERVED = Object.keys(SPEC_PARSERS) as readonly Kind[];
