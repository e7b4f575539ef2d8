import { showIn } from "./chat-stream.ts";
import type { AddCommands, Outcome, Running } from "./command.ts";
import { namedTurn } from "./named-turn.ts";
import { filled } from "./terminal.ts";
import { turnEnd } from "./turn-end.ts";

/** `trivium resume`: goes on with a turn that did not come to its end, or carries out its plan. */
export const addResumeCommand: AddCommands = (program, does) => {
  const command = program
    .command("resume")
    .description("Go on with a turn that was stopped, failed or ended early, or carry out the plan that it ended with.")
    .argument("[turn]", "its id, the beginning of it, or `last`", filled, "last");
  does(command, resume, { lines: "print every event as a line of JSON, and the whole turn last" });
};

const resume = async ({ agent, out, signal }: Running, name: string): Promise<Outcome> => {
  const found = namedTurn(agent, name);
  if (!found.ok) return found;
  const stream = showIn(out);
  const result = await agent.resumeTurn(found.turn.id, stream.show, signal);
  return result.ok ? turnEnd(result.turn, stream, out) : result;
};
