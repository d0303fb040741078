import { testScenarios } from './scenario.ts';
import { STORMS } from './scenarios/storms.ts';

testScenarios('storms', STORMS);
