import * as z from "zod/mini";
import { RoleName } from "./profile.ts";

/** A model as named to people: `id` is stable for one file, `name` is what the file calls itself. */
export const ModelRef = z.object({ id: z.string(), name: z.string() });
export type ModelRef = z.infer<typeof ModelRef>;

/** simple: one model answers. specialised: a specialist answers and is checked. complex: a plan, its steps, a critic. */
export const RoutePath = z.enum(["simple", "specialised", "complex"]);
export type RoutePath = z.infer<typeof RoutePath>;

export const Domain = z.enum(["coder", "math", "general"]);
export type Domain = z.infer<typeof Domain>;

/** ask: answers, and never plans. plan: makes a plan and stops there. agent: whatever the request needs. */
export const Mode = z.enum(["ask", "plan", "agent"]);
export type Mode = z.infer<typeof Mode>;

/** What the user wants instead of the router's choice; null: the router decides. */
export const RouteOverride = z.object({
  domain: z.nullable(Domain),
  path: z.nullable(RoutePath),
  /** A model as people name it: an id, a catalogue id, a name or a path. */
  model: z.nullable(z.string()),
});
export type RouteOverride = z.infer<typeof RouteOverride>;

const share = z.number().check(z.gte(0), z.lte(1));

export const DomainProbabilities = z.object({ coder: share, math: share, general: share });
export type DomainProbabilities = z.infer<typeof DomainProbabilities>;

/**
 * Which road a request takes, with which models, and why. `source` is the strategy that decided; `reasons` are the
 * words and facts that decided, most important first. Records of earlier versions lack the fields with defaults.
 */
export const Routing = z.object({
  path: RoutePath,
  /** The role that answers. */
  role: z.string(),
  /** The model that answers, or that gives the final answer. */
  model: ModelRef,
  domain: z._default(Domain, "general"),
  probabilities: z._default(DomainProbabilities, { coder: 0, math: 0, general: 1 }),
  /** 0..1 */
  complexity: z._default(share, 0),
  /** The calibrated probability that the domain is right, 0..1. */
  confidence: z._default(share, 1),
  needsTools: z._default(z.boolean(), false),
  /** Which kinds of tools, as words. */
  tools: z._default(z.array(z.string()), []),
  requiredModels: z._default(z.array(z.object({ role: RoleName, model: ModelRef, purpose: z.string() })), []),
  /** What will be done, in words, in order. */
  actionPlan: z._default(z.array(z.string()), []),
  source: z.enum(["user", "rule", "classifier", "model", "default"]),
  reasons: z.array(z.string()),
  /** How long deciding took. */
  ms: z._default(z.number(), 0),
  /** The one-word skill that the starter model was asked for; null for models that take plain chat. */
  skill: z.nullable(z.string()),
});
export type Routing = z.infer<typeof Routing>;
