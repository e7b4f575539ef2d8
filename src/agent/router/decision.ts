import type { Domain, DomainProbabilities, Mode, RouteOverride, RoutePath, Routing } from "../../protocol/routing.ts";
import type { Prompt } from "../../protocol/session.ts";

/** What is routed: the request as the user made it, before any model is chosen. */
export interface RouteInput {
  readonly prompt: Prompt;
  readonly mode: Mode;
  readonly override: RouteOverride | null;
}

/** The road, without the models that walk it. Fields as in Routing. */
export interface RouteDecision {
  readonly path: RoutePath;
  readonly domain: Domain;
  readonly probabilities: DomainProbabilities;
  readonly complexity: number;
  readonly confidence: number;
  readonly needsTools: boolean;
  readonly tools: readonly string[];
  readonly source: Routing["source"];
  /** The road in place of a plan that cannot be made, and who decided it; absent: not known. */
  readonly direct?: Pick<RouteDecision, "path" | "source">;
  readonly reasons: readonly string[];
  readonly ms: number;
}

/** What the router model says, under grammar. */
export interface RouterWord {
  readonly domain: Domain;
  readonly complexity: "simple" | "complex";
  readonly needsTools: boolean;
}

/** Asks the router model, when one is loaded; null: there is none, or it failed. */
export type AskRouter = (text: string, signal: AbortSignal) => Promise<RouterWord | null>;

/** Decides the road of each request: a chain of strategies, the last of which always decides. It never rejects. */
export interface Router {
  decide(input: RouteInput, askRouter: AskRouter | null, signal: AbortSignal): Promise<RouteDecision>;
}
