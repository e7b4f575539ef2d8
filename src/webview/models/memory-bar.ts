import * as l10n from "@vscode/l10n";
import type { LoadedModelState, MemoryNeed, MemoryState } from "../../protocol/memory.ts";
import type { InstalledModel } from "../../protocol/models.ts";
import type { PlanPreview } from "../../protocol/models-page.ts";
import { fileSize } from "../text.ts";

/** One piece of the memory bar. `share` is 0..1 of the whole; `hue` alternates between loaded models. */
export interface Segment {
  readonly key: string;
  readonly kind: "others" | "weights" | "kv" | "compute" | "ghost" | "excess" | "free" | "reserve";
  readonly hue: 0 | 1;
  /** It would be unloaded by what the ghost shows. */
  readonly leaving: boolean;
  readonly share: number;
}

/** One line of the bar's text twin. */
export interface LegendEntry {
  readonly key: string;
  readonly kind: "others" | "model" | "free" | "reserve";
  readonly hue: 0 | 1;
  readonly label: string;
  readonly size: string;
  readonly detail: string;
}

const hueOf = (index: number): 0 | 1 => (index % 2 === 0 ? 0 : 1);

/** What is left when everything else is counted: kept free for the system, or above the user's limit. */
const reserved = (memory: MemoryState): number => {
  const models = memory.models.reduce((sum, { need }) => sum + need.totalBytes, 0);
  return Math.max(0, memory.totalBytes - memory.othersBytes - models - memory.freeBytes);
};

const modelSegments = ({ modelId, need }: LoadedModelState, index: number, plan: PlanPreview | null) => {
  const leaving = plan?.evict.includes(modelId) ?? false;
  const parts = [
    ["weights", need.weightsBytes],
    ["kv", need.kvBytes],
    ["compute", need.computeBytes],
  ] as const;
  return parts.map(([kind, bytes]) => ({ key: `${modelId} ${kind}`, kind, hue: hueOf(index), leaving, bytes }));
};

/**
 * The memory as pieces of one bar, left to right; their shares add up to 1 (rounding aside). With a plan, a ghost
 * shows what loading would add: over what would leave and what is free, and as "excess" where there is not enough.
 */
export const memorySegments = (memory: MemoryState, plan: PlanPreview | null): Segment[] => {
  const pieces = memory.models.flatMap((model, index) => modelSegments(model, index, plan));
  const leavingBytes = pieces.reduce((sum, { leaving, bytes }) => sum + (leaving ? bytes : 0), 0);
  const wanted = plan?.need?.totalBytes ?? 0;
  const room = memory.freeBytes + leavingBytes;
  const inFree = Math.min(memory.freeBytes, Math.max(0, wanted - leavingBytes));
  const missing = plan?.fit === "exceeds" ? Math.max(0, wanted - room) : 0;
  const excess = Math.min(reserved(memory), missing);
  const plain = (kind: "others" | "ghost" | "free" | "reserve" | "excess", bytes: number) => ({
    key: kind,
    kind,
    hue: 0 as const,
    leaving: false,
    bytes,
  });
  const all = [
    plain("others", memory.othersBytes),
    ...pieces.filter(({ leaving }) => !leaving),
    ...pieces.filter(({ leaving }) => leaving),
    plain("ghost", inFree),
    plain("free", memory.freeBytes - inFree),
    plain("excess", excess),
    plain("reserve", reserved(memory) - excess),
  ];
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  return all.filter(({ bytes }) => bytes > 0).map(({ bytes, ...piece }) => ({ ...piece, share: bytes / total }));
};

const needDetail = ({ weightsBytes, kvBytes, computeBytes }: MemoryNeed): string =>
  l10n.t("weights {0}, context {1}, working {2}", fileSize(weightsBytes), fileSize(kvBytes), fileSize(computeBytes));

/** The same as the bar, in words and units. */
export const memoryLegend = (memory: MemoryState): LegendEntry[] => [
  {
    key: "others",
    kind: "others",
    hue: 0,
    label: l10n.t("system and others"),
    size: fileSize(memory.othersBytes),
    detail: "",
  },
  ...memory.models.map(
    ({ modelId, name, need }, index): LegendEntry => ({
      key: modelId,
      kind: "model",
      hue: hueOf(index),
      label: name,
      size: fileSize(need.totalBytes),
      detail: needDetail(need),
    }),
  ),
  { key: "free", kind: "free", hue: 0, label: l10n.t("free"), size: fileSize(memory.freeBytes), detail: "" },
  ...(reserved(memory) > 0
    ? [
        {
          key: "reserve",
          kind: "reserve",
          hue: 0,
          label: l10n.t("kept free"),
          size: fileSize(reserved(memory)),
          detail: "",
        } as const,
      ]
    : []),
];

export interface PlanWords {
  readonly text: string;
  readonly fits: boolean;
}

/** "+ Qwen 7B 4.9 GB → fits; unloads TinyLlama"; says by how much it does not fit, else what the agent says. */
export const planWords = (model: InstalledModel, plan: PlanPreview, memory: MemoryState | null): PlanWords => {
  const size = plan.need ? ` ${fileSize(plan.need.totalBytes)}` : "";
  const words = (outcome: string, fits: boolean): PlanWords => ({ text: `+ ${model.name}${size} → ${outcome}`, fits });
  if (plan.fit === "exceeds") return words(refusal(plan, memory), false);
  const leaving = (memory?.models ?? []).filter(({ modelId }) => plan.evict.includes(modelId)).map(({ name }) => name);
  if (leaving.length > 0) return words(l10n.t("fits; unloads {0}", leaving.join(", ")), true);
  return words(plan.fit === "fits" ? l10n.t("fits") : l10n.t("fits with a shorter context"), true);
};

const refusal = (plan: PlanPreview, memory: MemoryState | null): string => {
  const idle = (memory?.models ?? []).filter(({ leases }) => leases === 0);
  const room = (memory?.freeBytes ?? 0) + idle.reduce((sum, { need }) => sum + need.totalBytes, 0);
  const missing = (plan.need?.totalBytes ?? 0) - room;
  if (memory && missing > 0) return l10n.t("does not fit: {0} too much", fileSize(missing));
  return plan.problem?.message ?? l10n.t("does not fit");
};
