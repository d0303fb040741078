import { runProgram } from './server/program.ts';

await runProgram();
