// npm run build: the TypeScript and the native parts of a checkout whose dependencies are installed.
import { buildAll } from './prepare.mjs';
import { main } from './run.mjs';

await main(buildAll);
