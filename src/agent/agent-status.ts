import type { Failure } from "../protocol/failure.ts";
import type { Status } from "../protocol/status.ts";
import type { RunOutcome } from "./flow/run.ts";
import { type ChosenModel, llamaEngineId } from "./models/chosen-model.ts";
import type { Models } from "./models/models.ts";

/** What the agent says of itself: the model that answers, what is wrong with it, and whether a turn runs. */
export interface AgentStatus {
  now(): Status;
  onChange(listener: (status: Status) => void): void;
  setQuiescent(quiescent: boolean): void;
  /** The id of the model that was chosen when it was last looked at; null: none could be. */
  readonly chosenId: string | null;
  /** Whether the model is in memory, as far as anybody knows. */
  isLoaded(model: ChosenModel): boolean;
  /** Shows the model that is chosen now, unless somebody looked again meanwhile. */
  showChoice(): Promise<void>;
  /** The models have changed. What is wrong with the one that is chosen stays until another one is, or it answers. */
  showOtherChoice(): Promise<void>;
  /** What a turn's end says about the model that answered; nothing when another one than `asked` has been chosen meanwhile. */
  showOutcome(outcome: RunOutcome, answering: ChosenModel | null, asked: string | null): void;
}

/** `standing` is said until a first answer shows that all is well again; null: nothing. */
export const createAgentStatus = (models: Models, standing: Failure | null): AgentStatus => {
  const listeners = new Set<(status: Status) => void>();
  let status: Status = { health: "ok", quiescent: true, model: null, problem: null, servers: [] };
  let looks = 0;
  let chosenId: string | null = null;
  let setAside = standing;

  const setStatus = (change: Partial<Status>): void => {
    status = { ...status, ...change };
    for (const listener of listeners) listener(status);
  };

  const isLoaded = (model: ChosenModel): boolean =>
    models.inMemory(model) ?? (status.model?.id === model.ref.id && status.model.loaded);

  const showChoice = async (): Promise<void> => {
    const look = ++looks;
    const [choice, servers] = await Promise.all([models.choice(), models.servers()]);
    if (look !== looks) return;
    chosenId = choice.ok ? choice.model.ref.id : null;
    if (!choice.ok) return setStatus({ health: "warning", model: null, problem: choice.failure, servers });
    const model = modelStatus(choice.model, isLoaded(choice.model));
    setStatus({ health: setAside ? "warning" : "ok", model, problem: setAside, servers });
  };

  return {
    now: () => status,
    onChange: (listener) => void listeners.add(listener),
    setQuiescent: (quiescent) => setStatus({ quiescent }),
    get chosenId() {
      return chosenId;
    },
    isLoaded,
    showChoice,
    async showOtherChoice() {
      const look = looks;
      const [choice, servers] = await Promise.all([models.choice(), models.servers()]);
      if (look !== looks) return;
      if (servers.join() !== status.servers.join()) setStatus({ servers });
      if ((choice.ok ? choice.model.ref.id : null) !== chosenId) return showChoice();
      if (!choice.ok) return;
      const loaded = isLoaded(choice.model);
      const shown = status.model;
      if (shown?.id === chosenId && shown.loaded !== loaded) setStatus({ model: { ...shown, loaded } });
    },
    showOutcome(outcome, answering, asked) {
      if (asked !== chosenId) return;
      if (outcome.state === "done") setAside = null;
      const problem = outcome.state === "failed" && isStanding(outcome.failure) ? outcome.failure : setAside;
      const model = answering && modelStatus(answering, outcome.state !== "failed");
      setStatus({ health: problem ? "warning" : "ok", problem, model });
    },
  };
};

const modelStatus = ({ ref, engine, open, sizeBytes, bundled }: ChosenModel, loaded: boolean) => ({
  ...ref,
  path: engine === llamaEngineId ? open.model : null,
  sizeBytes,
  loaded,
  bundled,
});

/** Whether the next prompt would meet the same failure: what is wrong with the model or its host, not with a prompt. */
const isStanding = ({ code }: Failure): boolean => /^(model|host|engine|memory|out-of-memory)/.test(code);
