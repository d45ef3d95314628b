// Runs one row in this process: node bench/row.mjs <index>
import { ROWS } from './table.mjs';

const result = await ROWS[Number(process.argv[2])].run();
process.stdout.write(`${JSON.stringify(result)}\n`);
