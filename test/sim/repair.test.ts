import { testScenarios } from './scenario.ts';
import { REPAIR } from './scenarios/repair.ts';

testScenarios('repair', REPAIR);
