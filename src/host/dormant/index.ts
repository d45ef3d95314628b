export { Dormancy } from './dormancy.js';
export { RegistrationMemory, type Remembered } from './registration-memory.js';
export { Wakes } from './wakes.js';
