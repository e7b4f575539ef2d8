import * as l10n from "@vscode/l10n";
import type { NextStep } from "../../protocol/failure.ts";
import type { Download } from "../../protocol/models.ts";
import { Icon, IconButton } from "../chat/icon.tsx";
import { nextStepText } from "../text.ts";
import { downloadDetails, percentOf } from "./download-words.ts";
import { Facts } from "./facts.tsx";
import { usePage } from "./page-actions.ts";
import { moveBetweenRows } from "./row-keys.ts";

/** What is on its way here. Numbers change in place: nothing moves while they do. */
export const DownloadsSection = ({ downloads }: { downloads: readonly Download[] }) => {
  if (downloads.length === 0) return null;
  return (
    <section aria-labelledby="downloads-title" data-testid="downloads">
      <div class="section-title">
        <h2 id="downloads-title">{l10n.t("Downloads")}</h2>
      </div>
      <ul class="rows" onKeyDown={moveBetweenRows}>
        {downloads.map((download) => (
          <DownloadRow key={download.id} download={download} />
        ))}
      </ul>
    </section>
  );
};

const DownloadRow = ({ download }: { download: Download }) => {
  const { id, name, state, problem } = download;
  const percent = percentOf(download);
  const { post } = usePage();
  const take = (step: NextStep) =>
    step === "resume-download" || step === "retry" ? post({ type: "resume", id }) : post({ type: "nextStep", step });
  return (
    <li class="download-row" data-testid="download-row" data-state={state}>
      <div class="download-title">
        <h3>
          <span class="name">{name}</span>
        </h3>
        <span class="number percent">{percent === null ? "" : l10n.t("{0} %", percent)}</span>
        <div class="actions">
          {(state === "running" || state === "queued") && (
            <IconButton
              icon="debug-pause"
              label={l10n.t("Pause {0}", name)}
              onClick={() => post({ type: "pause", id })}
            />
          )}
          {state === "paused" && (
            <IconButton
              icon="debug-continue"
              label={l10n.t("Resume {0}", name)}
              onClick={() => post({ type: "resume", id })}
            />
          )}
          {state === "done" && <Icon name="pass" />}
          <IconButton
            icon="close"
            label={state === "done" ? l10n.t("Take {0} off the list", name) : l10n.t("Cancel {0}", name)}
            onClick={() => post({ type: "cancel", id })}
          />
        </div>
      </div>
      <div
        class={`download-bar ${state}`}
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <div style={{ width: `${percent ?? 0}%` }} />
      </div>
      <Facts facts={downloadDetails(download)} />
      {problem && (
        <div class="row-problem">
          <p>
            <Icon name="error" />
            <span>{problem.message}</span>
          </p>
          <div class="row-steps">
            {problem.next
              .filter((step) => step !== "open-models")
              .map((step) => (
                <button key={step} type="button" class="link-button" onClick={() => take(step)}>
                  {nextStepText(step)}
                </button>
              ))}
          </div>
        </div>
      )}
    </li>
  );
};
