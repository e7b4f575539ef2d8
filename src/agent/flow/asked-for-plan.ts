import { wishOf } from "../router/override.ts";
import type { TurnWork } from "./turn-work.ts";

/** Whether the user asked for a plan, by mode, button or word, and not the router. */
export const askedForPlan = ({ request: { turn } }: TurnWork): boolean =>
  turn.mode === "plan" || wishOf(turn).path === "complex";
