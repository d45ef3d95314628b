export { openNewFile, readPrivateFile, setMode } from './private-file.js';
export { isOurs, makeFolder, makeOwnFolder, makePrivateFolder } from './private-folder.js';
export { isProcessName, isRunning, placeHere, processName, temporaryPath } from './process-name.js';
export { readInside } from './read-inside.js';
export { asClause, type SystemFault, systemFault } from './system-fault.js';
