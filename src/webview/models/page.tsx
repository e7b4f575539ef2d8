import * as l10n from "@vscode/l10n";
import { useEffect, useMemo } from "preact/hooks";
import type { NextStep } from "../../protocol/failure.ts";
import { Icon, IconButton } from "../chat/icon.tsx";
import { nextStepText } from "../text.ts";
import { AllModelsSection, FitsSection } from "./available.tsx";
import { DownloadsSection } from "./downloads.tsx";
import { EnginesSection } from "./engines.tsx";
import { InstalledSection } from "./installed.tsx";
import { MachineSection } from "./machine.tsx";
import { PageActionsProvider, usePage } from "./page-actions.ts";
import type { PageHost, Saved } from "./page-host.ts";
import { type PageEvent, type PageState, planToAsk } from "./page-state.ts";
import { ProfilePicker } from "./profiles.tsx";

interface PageProps {
  readonly state: PageState;
  readonly host: PageHost;
  readonly dispatch: (event: PageEvent) => void;
}

/** The Models page: this machine, what is installed, what fits, what is on its way, and the servers. */
export const ModelsPage = ({ state, host, dispatch }: PageProps) => {
  const actions = useMemo(
    () => ({ post: host.post, point: (id: string | null) => dispatch({ type: "pointed", id }) }),
    [host, dispatch],
  );
  const ask = planToAsk(state);
  useEffect(() => {
    if (ask === null) return;
    dispatch({ type: "planAsked", id: ask });
    host.post({ type: "plan", id: ask });
  }, [ask, host, dispatch]);

  const { models, working, filter, role, allOpen } = state;
  useEffect(() => host.save({ filter, role, allOpen }), [host, filter, role, allOpen]);
  // A change of one field alone: two events that share a render must not undo each other's.
  const onSaved = (change: Partial<Saved>) => dispatch({ type: "saved", change });
  const saved = { filter, role, allOpen };
  const pointed = models?.installed.find(({ id }) => id === state.pointedAt) ?? null;

  return (
    <PageActionsProvider value={actions}>
      <main class="models-page">
        <header class="page-title">
          <h1>{l10n.t("Models")}</h1>
          {models && <ProfilePicker state={models} />}
        </header>
        <ProblemBar
          problem={state.problem}
          known={models !== null}
          onClose={() => dispatch({ type: "problemClosed" })}
        />
        {!models && !state.problem && (
          <p class="nothing" role="status" data-testid="looking">
            {l10n.t("Looking for models …")}
          </p>
        )}
        {models && (
          <>
            <MachineSection
              state={models}
              pointed={pointed}
              plan={pointed ? (state.plans[pointed.id] ?? null) : null}
            />
            <InstalledSection state={models} working={working} />
            <FitsSection state={models} working={working} saved={saved} onSaved={onSaved} />
            <DownloadsSection downloads={models.downloads} />
            <AllModelsSection state={models} working={working} saved={saved} onSaved={onSaved} />
            <EnginesSection engines={models.engines} />
          </>
        )}
        <div class="visually-hidden" role="status" data-testid="said">
          <span key={state.said.count}>{state.said.text}</span>
        </div>
      </main>
    </PageActionsProvider>
  );
};

interface ProblemBarProps {
  readonly problem: PageState["problem"];
  /** Whether any models are shown. */
  readonly known: boolean;
  readonly onClose: () => void;
}

/** What failed last. To try again, the row's own button is there; as long as there are no rows, Retry asks for them. */
const ProblemBar = ({ problem, known, onClose }: ProblemBarProps) => {
  const { post } = usePage();
  const offered = (step: NextStep) => step !== "open-models" && (step !== "retry" || !known);
  const take = (step: NextStep) => {
    if (step !== "retry") return post({ type: "nextStep", step });
    onClose();
    post({ type: "ready" });
  };
  return (
    <div role="alert">
      {problem && (
        <div class="page-problem" data-testid="page-problem">
          <Icon name="warning" />
          <div>
            <p>{problem.message}</p>
            <div class="row-steps">
              {problem.next.filter(offered).map((step) => (
                <button key={step} type="button" class="link-button" onClick={() => take(step)}>
                  {nextStepText(step)}
                </button>
              ))}
            </div>
          </div>
          <IconButton icon="close" label={l10n.t("Close")} onClick={onClose} />
        </div>
      )}
    </div>
  );
};
