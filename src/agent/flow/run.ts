import * as l10n from "@vscode/l10n";
import type { Plan } from "../../protocol/plan.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { evidenceOf } from "../checks/evidence.ts";
import { type AnswerWork, answerDirectly } from "./answer.ts";
import { limitText } from "./budget.ts";
import { createChannel } from "./channel.ts";
import { composeAnswer, isComposed } from "./compose.ts";
import { executeSteps } from "./execute.ts";
import { makePlan, planText } from "./plan.ts";
import { chooseRoute, directRoute, type Route } from "./route.ts";
import { createShownAnswer, type ShownAnswer } from "./shown-answer.ts";
import { createTurnWork, done, type RunOutcome, type RunParts, type RunRequest, type TurnWork } from "./turn-work.ts";
import { stepsToGoOn } from "./waves.ts";

export type { RunOutcome, RunParts, RunRequest } from "./turn-work.ts";

/**
 * The flow of one turn: route, then one of three roads. simple: one model answers. specialised: a specialist answers and
 * is checked. complex: a plan, its steps, a critic, and the answer from the results. Yields what happens and returns how
 * it ended. Stateless: what must survive is in the events and the outcome; a turn that is continued brings it back.
 */
export async function* run(
  request: RunRequest,
  parts: RunParts,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, RunOutcome> {
  const events = createChannel<RunEvent>();
  const work = createTurnWork(request, parts, { signal, emit: events.push });
  const outcome = walk(work).finally(() => {
    // What nobody could take into account any more is known to the turn that is continued.
    work.hear();
    events.end();
  });
  outcome.catch(() => undefined); // awaited below, after what was emitted before it failed
  yield* events;
  try {
    return await outcome;
  } catch (error) {
    if (signal.aborted) return { state: "stopped" };
    throw error;
  }
}

const walk = async (work: TurnWork): Promise<RunOutcome> => {
  const routed = await chooseRoute(work);
  if (!routed.ok) return { state: "failed", failure: routed.failure };
  const shown = createShownAnswer(work.request.turn.answer, work.emit);
  const { route } = routed;
  const outcome =
    route.decision.path === "complex" ? await planned(route, shown, work) : await answered(route, shown, work);
  if (outcome.state !== "done") return outcome;
  if (outcome.endReason === "limit" && work.limit !== null)
    work.notice(limitText(work.limit, work.meter.budget(), work.request.settings));
  work.emit({ kind: "evidence", evidence: evidenceOf([...work.counted.values()].flat()) });
  return outcome;
};

/** simple and specialised. */
const answered = (route: Route, shown: ShownAnswer, work: TurnWork): Promise<RunOutcome> =>
  answerDirectly({ ...answerWorkOf(route, work), results: [] }, shown, work);

/** complex. */
const planned = async (route: Route, shown: ShownAnswer, work: TurnWork): Promise<RunOutcome> => {
  const own = answerWorkOf(route, work);
  if (work.plan) return carriedOut(work.plan, own, { shown, work });
  const made = await makePlan(work);
  if (made.kind === "limit") return done("limit");
  if (made.kind === "none") return withoutPlan(route, made.reason, { shown, work });
  if (work.request.turn.mode !== "plan") return carriedOut(made.plan, own, { shown, work });
  shown.replace(planText(made.plan), l10n.t("There is a plan now."));
  return done("end");
};

interface Turning {
  readonly shown: ShownAnswer;
  readonly work: TurnWork;
}

const carriedOut = async (
  plan: Plan,
  own: Omit<AnswerWork, "results">,
  { shown, work }: Turning,
): Promise<RunOutcome> => {
  const known = work.plan ? work.request.turn.steps : [];
  if (!isComposed(shown.text, plan, stepsToGoOn(plan.steps, known)))
    shown.replace("", l10n.t("The plan is carried out."));
  const end = await executeSteps(plan, known, work);
  return composeAnswer(plan, end, { own, shown }, work);
};

/** Better an answer without a plan than none. */
const withoutPlan = async (route: Route, reason: string, { shown, work }: Turning): Promise<RunOutcome> => {
  work.notice(l10n.t("There is no plan to go by, so the answer is given directly. {0}", reason));
  const direct = await directRoute(route.decision, l10n.t("no plan could be made"), work);
  if (!direct.ok) return { state: "failed", failure: direct.failure };
  return answered(direct.route, shown, work);
};

/** Shows the routing now, and again whenever another model answers than was said. */
const answerWorkOf = ({ decision, role, chain, routing }: Route, work: TurnWork): Omit<AnswerWork, "results"> => {
  let said: string | undefined;
  const onModel: AnswerWork["onModel"] = (model) => {
    if (model.ref.id === said) return;
    said = model.ref.id;
    work.emit({ kind: "routing", routing: routing(model) });
  };
  const [first] = chain.chain;
  if (first) onModel(first);
  return { path: decision.path, domain: decision.domain, role, chain, onModel };
};
