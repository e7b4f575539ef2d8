import * as l10n from "@vscode/l10n";
import type { InstalledModel, Machine, ModelsState } from "../../protocol/models.ts";
import type { PlanPreview } from "../../protocol/models-page.ts";
import { Icon } from "../chat/icon.tsx";
import { Facts } from "./facts.tsx";
import { memoryLegend, memorySegments, planWords } from "./memory-bar.ts";
import { machineFacts } from "./model-words.ts";

interface MachineProps {
  readonly state: ModelsState;
  /** The model that is pointed at, and what loading it would do once that is known. */
  readonly pointed: InstalledModel | null;
  readonly plan: PlanPreview | null;
}

/** This machine and what is in its memory: a bar, the same as a list, and one line about the model pointed at. */
export const MachineSection = ({ state, pointed, plan }: MachineProps) => (
  <section class="machine" aria-labelledby="machine-title" data-testid="machine">
    <h2 id="machine-title">{l10n.t("This machine")}</h2>
    <Facts facts={machineFacts(state.machine)} />
    <MemoryBar state={state} pointed={pointed} plan={plan} />
    <GpuLine machine={state.machine} state={state} />
  </section>
);

const MemoryBar = ({ state, pointed, plan }: MachineProps) => {
  const { memory } = state;
  if (!memory)
    return (
      <p class="ghost-line quiet" data-testid="memory-unknown">
        {l10n.t("The memory is shown as soon as a model has been loaded or looked at.")}
      </p>
    );
  return (
    <>
      <div class="memory-bar" aria-hidden="true" data-testid="memory-bar">
        {memorySegments(memory, plan).map(({ key, kind, hue, leaving, share }) => (
          <div
            key={key}
            class={`segment ${kind} hue-${hue}${leaving ? " leaving" : ""}`}
            style={{ width: `${share * 100}%` }}
          />
        ))}
      </div>
      <ul class="legend" aria-label={l10n.t("Memory")} data-testid="memory-legend">
        {memoryLegend(memory).map(({ key, kind, hue, label, size, detail }) => (
          <li key={key} title={detail || undefined}>
            <span class={`swatch ${kind === "model" ? "weights" : kind} hue-${hue}`} aria-hidden="true" />
            <span class="legend-label">{label}</span> <span class="number">{size}</span>
            {detail && <span class="visually-hidden"> ({detail})</span>}
          </li>
        ))}
      </ul>
      <GhostLine state={state} pointed={pointed} plan={plan} />
    </>
  );
};

/** Always there and always as high, so that pointing at a model moves nothing. */
const GhostLine = ({ state, pointed, plan }: MachineProps) => {
  if (!pointed) return <p class="ghost-line quiet">{l10n.t("Point at a model to see what loading it would take.")}</p>;
  if (pointed.problem) return <p class="ghost-line quiet">{l10n.t("{0} cannot be loaded.", pointed.name)}</p>;
  if (pointed.loaded) return <p class="ghost-line quiet">{l10n.t("{0} is in memory.", pointed.name)}</p>;
  if (!plan) return <p class="ghost-line quiet">{pointed.name}</p>;
  const { text, fits } = planWords(pointed, plan, state.memory);
  return (
    <p class={`ghost-line ${fits ? "fits" : "exceeds"}`} data-testid="ghost-line">
      <Icon name={fits ? "pass" : "error"} />
      <span>{text}</span>
    </p>
  );
};

const GpuLine = ({ machine, state }: { machine: Machine; state: ModelsState }) => {
  const gpu = state.memory?.gpu;
  if (!gpu || !machine.gpu) return null;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  return (
    <p class="facts">
      {l10n.t("{0}: {1} of {2} GB free", gpu.name, gigabytes(gpu.freeBytes), gigabytes(gpu.totalBytes))}
    </p>
  );
};
