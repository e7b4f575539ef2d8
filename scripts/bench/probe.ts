// An extension that runs beside Trivium in the same extension host and watches it from outside: how long the host's
// event loop is blocked, and when messages of the agent arrive. It answers one line on its socket per line it gets.
import { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** The probe's answer to "read"; "reset" begins anew. */
export interface ProbeReading {
  /** The longest time in which the event loop did not turn, whoever had the processor meanwhile. */
  readonly longestBlockMs: number;
  /** The most processor time that the host's own thread used between two turns of its loop; null where Node cannot say. */
  readonly longestOwnBlockMs: number | null;
  /** When text of an answer arrived from the agent, in milliseconds since 1970. */
  readonly arrived: readonly { readonly at: number; readonly text: string }[];
}

const tickMs = 5;
let arrived: { at: number; text: string }[] = [];
let longestBlockMs = 0;
let longestOwnBlockMs = 0;

/** Milliseconds of this thread's processor time; undefined before Node 23.9. */
const threadCpu = (): number | undefined => {
  const usage = process.threadCpuUsage?.();
  return usage && (usage.user + usage.system) / 1000;
};

const watchLoop = () => {
  let lastAt = performance.now();
  let lastCpu = threadCpu() ?? 0;
  setInterval(() => {
    const at = performance.now();
    const cpu = threadCpu() ?? 0;
    longestBlockMs = Math.max(longestBlockMs, at - lastAt - tickMs);
    longestOwnBlockMs = Math.max(longestOwnBlockMs, cpu - lastCpu);
    lastAt = at;
    lastCpu = cpu;
  }, tickMs);
};

/** The text in one of the agent's progress messages. */
const textIn = (message: unknown): string | undefined => {
  const update = message as { method?: string; params?: { value?: { event?: { kind: string; text: string } } } } | null; // read with care below
  const event = update?.method === "$/progress" ? update.params?.value?.event : undefined;
  return event?.kind === "message_chunk" ? event.text : undefined;
};

const emit = ChildProcess.prototype.emit;
ChildProcess.prototype.emit = function (this: ChildProcess, name: string, ...values: unknown[]) {
  const text = name === "message" ? textIn(values[0]) : undefined;
  if (text !== undefined) arrived.push({ at: performance.timeOrigin + performance.now(), text });
  return Reflect.apply(emit, this, [name, ...values]);
} as typeof emit; // one signature for all of its overloads

const answer = (question: string): ProbeReading => {
  const reading = {
    longestBlockMs,
    longestOwnBlockMs: threadCpu() === undefined ? null : longestOwnBlockMs,
    arrived,
  };
  if (question === "reset") {
    longestBlockMs = 0;
    longestOwnBlockMs = 0;
    arrived = [];
  }
  return reading;
};

/** @public The editor calls it. */
export const activate = (): void => {
  watchLoop();
  const server = createServer((socket) => {
    createInterface(socket).on("line", (line) => socket.write(`${JSON.stringify(answer(line))}\n`));
  });
  // Named by time: after a reload the host before this one lives on for a while.
  server.listen(`${process.env["TRIVIUM_BENCH_PROBE"]}/probe-${Date.now()}.sock`);
};
