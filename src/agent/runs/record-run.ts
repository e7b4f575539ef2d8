import type { GenerateProgress } from "../../protocol/model-host.ts";
import type { Control } from "../flow/control.ts";
import type { RunParts } from "../flow/run.ts";
import { recordEngine } from "../inference/replay/record-engine.ts";
import type { RecordedCall } from "../inference/replay/recording.ts";
import { type ChosenModel, llamaEngineId } from "../models/chosen-model.ts";
import type { JournalEntry } from "../store/journal.ts";
import { createLooks, type MarkedClock, markTimers } from "./marked-clock.ts";

interface Keeper {
  readonly keep: (entry: JournalEntry) => void;
  /** What names the content of the model's file; null: not known. */
  readonly fingerprintOf: (model: ChosenModel) => string | null;
}

/** The same parts; what they give to the flow goes to the keeper, so that the run can be repeated without them. */
export const recordParts = (parts: RunParts, { keep, fingerprintOf }: Keeper): RunParts => {
  const clock = markTimers(parts.clock);
  const control = recordControl({ ...parts, clock }, keep);
  const begunAt = clock.now();

  return {
    ...parts,
    clock,
    control,
    async chainOf(role, named, signal) {
      const chosen = await parts.chainOf(role, named, signal);
      const chain = chosen.ok
        ? { ...chosen, chain: chosen.chain.map((model) => ({ ...model, why: [...model.why] })) }
        : chosen;
      keep({ kind: "chain", role, named, chain });
      return chosen;
    },
    engineOf(model, role) {
      const { ref, engine } = model;
      return recordEngine(parts.engineOf(model, role), {
        // Servers may refuse a request with a field that they do not know.
        seed: engine === llamaEngineId ? drawSeed : () => null,
        now: clock.now,
        keep(call, ms) {
          const endedAt = clock.now() - begunAt - control.heldMs();
          const fingerprint = fingerprintOf(model);
          keep({ kind: "call", role, model: ref.id, fingerprint, engine, endedAt, ms, call: shortened(call) });
        },
      });
    },
    isLoaded(model) {
      const loaded = parts.isLoaded(model);
      keep({ kind: "loaded", model: model.ref.id, loaded });
      return loaded;
    },
  };
};

/** 31 bits: what every engine takes. */
const drawSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >>> 1;

/** Of what was reported only the text counts, and that as a whole. */
const shortened = (call: RecordedCall): RecordedCall => {
  if (call.method === "generate") return { ...call, progress: textOf(call.progress) };
  if (call.method === "infill") return { ...call, progress: textOf(call.progress) };
  return call.method === "open" ? { ...call, progress: [] } : call;
};

const textOf = (progress: readonly GenerateProgress[]): GenerateProgress[] => {
  const chunks = progress.flatMap((piece) => (piece.kind === "chunk" ? [piece] : []));
  const [text, thought] = [chunks.map((piece) => piece.text).join(""), chunks.map((piece) => piece.thought).join("")];
  return text === "" && thought === "" ? [] : [{ kind: "chunk", text, thought }];
};

interface RecordedControl extends Control {
  /** How long the flow has been held so far. */
  heldMs(): number;
}

const recordControl = (
  { control, clock }: { readonly control: Control; readonly clock: MarkedClock },
  keep: (entry: JournalEntry) => void,
): RecordedControl => {
  const limitLooks = createLooks(clock);
  let looks = 0;
  let limit = "";
  let waiting = 0;
  let waitingSince = 0;
  let heldMs = 0;
  return {
    get paused() {
      return control.paused;
    },
    get limit() {
      const place = limitLooks.next();
      const now = JSON.stringify(control.limit);
      if (now !== limit) keep({ kind: "limit", ...place, limit: control.limit });
      limit = now;
      return control.limit;
    },
    async going(signal) {
      if (!control.paused) return control.going(signal);
      if (waiting++ === 0) waitingSince = clock.now();
      try {
        await control.going(signal);
      } finally {
        if (--waiting === 0) heldMs += clock.now() - waitingSince;
      }
    },
    takeSteering() {
      looks++;
      const texts = control.takeSteering();
      if (texts.length > 0) keep({ kind: "steering", look: looks, texts });
      return texts;
    },
    pause: control.pause,
    steer: control.steer,
    setLimit: control.setLimit,
    heldMs: () => heldMs,
  };
};
