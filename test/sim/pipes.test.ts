import { testScenarios } from './scenario.ts';
import { PIPES } from './scenarios/pipes.ts';

testScenarios('pipes', PIPES);
