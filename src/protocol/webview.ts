import * as z from "zod/mini";
import { Amounts } from "./budget.ts";
import { NextStep } from "./failure.ts";
import { Mode, RouteOverride } from "./routing.ts";
import { TurnUpdate } from "./run-event.ts";
import { Feedback, Session, Turn } from "./session.ts";
import { Status } from "./status.ts";

/** The editor's current selection as the view offers it: a label, never the text. */
export const SelectionLabel = z.object({ path: z.string(), startLine: z.number(), endLine: z.number() });
export type SelectionLabel = z.infer<typeof SelectionLabel>;

/** Everything the chat view shows, sent when the view is ready and when another session is opened. */
export const ChatState = z.object({
  session: z.nullable(Session),
  turns: z.array(Turn),
  /** The turns that this window runs; any other that runs is another window's, which alone can stop or hold it. */
  runningHere: z.array(z.string()),
  status: z.nullable(Status),
  selection: z.nullable(SelectionLabel),
  trusted: z.boolean(),
  /** The mode that a new chat begins with. */
  mode: Mode,
  /** True while the agent is being started. */
  connecting: z.boolean(),
});
export type ChatState = z.infer<typeof ChatState>;

/** Extension to chat view. */
export const ToChatView = z.discriminatedUnion("type", [
  z.object({ type: z.literal("state"), state: ChatState }),
  z.object({ type: z.literal("turn"), turn: Turn }),
  /** `turn` takes the place of the turn `turnId`. */
  z.object({ type: z.literal("turnReplaced"), turnId: z.string(), turn: Turn }),
  z.object({ type: z.literal("updates"), updates: z.array(TurnUpdate) }),
  z.object({ type: z.literal("status"), status: Status }),
  z.object({ type: z.literal("selection"), selection: z.nullable(SelectionLabel) }),
  z.object({ type: z.literal("sessions"), sessions: z.array(Session) }),
  /** A problem that belongs to no turn, for example that the agent does not start. */
  z.object({ type: z.literal("problem"), message: z.string(), next: z.array(NextStep) }),
  z.object({ type: z.literal("focusInput"), attachSelection: z.boolean() }),
]);
export type ToChatView = z.infer<typeof ToChatView>;

/** Chat view to extension. The view never names a path, a command or a URL other than the https link it was asked to open. */
export const FromChatView = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("ask"), text: z.string(), attachSelection: z.boolean(), mode: Mode }),
  /** Answers the turn's prompt again, as the user says instead of the router. */
  z.object({ type: z.literal("reroute"), turnId: z.string(), override: RouteOverride }),
  z.object({ type: z.literal("pause"), turnId: z.string(), paused: z.boolean() }),
  z.object({ type: z.literal("steer"), turnId: z.string(), text: z.string() }),
  z.object({ type: z.literal("limit"), turnId: z.string(), limit: Amounts }),
  z.object({ type: z.literal("feedback"), turnId: z.string(), feedback: z.nullable(Feedback) }),
  z.object({ type: z.literal("showRun"), turnId: z.string() }),
  z.object({ type: z.literal("stop"), turnId: z.string() }),
  z.object({ type: z.literal("retry"), turnId: z.string() }),
  z.object({ type: z.literal("resume"), turnId: z.string() }),
  z.object({ type: z.literal("newChat") }),
  z.object({ type: z.literal("listSessions") }),
  z.object({ type: z.literal("openSession"), sessionId: z.string() }),
  z.object({ type: z.literal("deleteSession"), sessionId: z.string() }),
  z.object({ type: z.literal("insertCode"), code: z.string() }),
  z.object({ type: z.literal("copy"), text: z.string() }),
  z.object({ type: z.literal("openLink"), url: z.string() }),
  z.object({ type: z.literal("nextStep"), step: NextStep }),
]);
export type FromChatView = z.infer<typeof FromChatView>;
