import type { Connection } from "vscode-languageserver/node";
import { routePreview, runReplay, runShow, trackRecord } from "../../../protocol/run.ts";
import { turnFeedback, turnLimit, turnPause, turnSteer } from "../../../protocol/turn.ts";
import type { Agent } from "../../agent.ts";
import type { Log } from "../../ports/log.ts";
import { createServing } from "./serve.ts";

/** Serves what reaches into a turn while it runs, and what looks at it afterwards. */
export const serveRuns = (connection: Connection, log: Log, agentNow: () => Promise<Agent>): void => {
  const { on, does } = createServing(connection, log, agentNow);

  does(turnPause, async (agent, { turnId, paused }) => agent.pauseTurn(turnId, paused));
  does(turnSteer, async (agent, { turnId, text }) => agent.steerTurn(turnId, text));
  does(turnLimit, async (agent, { turnId, limit }) => agent.limitTurn(turnId, limit));
  does(turnFeedback, async (agent, { turnId, feedback }) => agent.feedback(turnId, feedback));
  on(runShow, async (agent, { turnId }) => agent.run(turnId));
  on(runReplay, (agent, { turnId }, signal) => agent.replay(turnId, signal));
  on(trackRecord, async (agent) => ({ ok: true, ...agent.trackRecord() }));
  on(routePreview, (agent, request, signal) => agent.route(request, signal));
};
