import { askedExpression } from "./asked-expression.ts";
import { cutOff } from "./cut-off.ts";
import { equations } from "./equations.ts";
import { hasResult } from "./has-result.ts";
import { jsonBlocks } from "./json-blocks.ts";
import { notNegative } from "./not-negative.ts";
import { numbersUsed } from "./numbers-used.ts";
import { oneResult } from "./one-result.ts";
import { percentage } from "./percentage.ts";
import { resultComputed } from "./result-computed.ts";
import type { Rule } from "./rule.ts";
import { wholePieces } from "./whole-pieces.ts";

/** All deterministic checks of an answer, the surest first: the first that fails gives the hint. */
export const rules: readonly Rule[] = [
  hasResult,
  askedExpression,
  equations,
  jsonBlocks,
  cutOff,
  resultComputed,
  wholePieces,
  notNegative,
  percentage,
  oneResult,
  numbersUsed,
];
