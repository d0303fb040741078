/** A recorder's thread that takes what it is sent and never answers: as one behind a disk that hangs. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => undefined);
