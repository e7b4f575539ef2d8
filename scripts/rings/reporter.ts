// mocha's usual output for people, and the counts for `npm test`.
import Mocha from "mocha";
import { recordResults, resultsVariable } from "./results.ts";

export default class SpecAndResults extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env[resultsVariable];
    if (file !== undefined) recordResults(runner, file);
  }
}
