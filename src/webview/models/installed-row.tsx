import * as l10n from "@vscode/l10n";
import type { NextStep } from "../../protocol/failure.ts";
import type { InstalledModel } from "../../protocol/models.ts";
import type { Work } from "../../protocol/models-page.ts";
import { Icon } from "../chat/icon.tsx";
import { nextStepText, speed } from "../text.ts";
import { Abilities } from "./abilities.tsx";
import { Facts, Fit } from "./facts.tsx";
import { Menu } from "./menu.tsx";
import { modelFacts, roles, roleText } from "./model-words.ts";
import { usePage } from "./page-actions.ts";

interface RowProps {
  readonly model: InstalledModel;
  readonly work: Work | null;
}

interface InstalledRowProps extends RowProps {
  /** 0..1 of a load that runs, here or from elsewhere. */
  readonly loading: number | null;
}

const workText = (work: Work, loading: number | null): string => {
  switch (work) {
    case "loading":
      return loading ? l10n.t("loading, {0} %", Math.floor(loading * 100)) : l10n.t("loading …");
    case "unloading":
      return l10n.t("unloading …");
    case "measuring":
      return l10n.t("measuring, up to a minute …");
    case "deleting":
      return l10n.t("deleting …");
    default:
      return l10n.t("working …");
  }
};

/** One model of this machine. Pointing at it, or having the focus in it, shows what loading it would take. */
export const InstalledRow = ({ model, work: asked, loading }: InstalledRowProps) => {
  const { point } = usePage();
  const work = asked ?? (loading === null ? null : "loading");
  return (
    <li
      class={`model-row installed${model.problem ? " broken" : ""}`}
      data-testid="installed-row"
      onPointerEnter={() => point(model.id)}
      onPointerLeave={() => point(null)}
      onFocusIn={() => point(model.id)}
      onFocusOut={() => point(null)}
    >
      <div class="about">
        <h3 title={model.path ?? model.id}>
          <Icon name={model.loaded ? "circle-filled" : "circle-outline"} />
          <span class="name">{model.name}</span>
          <span class="state-word">{work ? workText(work, loading) : model.loaded ? l10n.t("in memory") : ""}</span>
        </h3>
        <Facts facts={modelFacts(model)} />
        {model.roles.length > 0 && (
          <p class="facts">
            {l10n.t("First choice for: {0}", model.roles.map((role) => roleText(role).toLowerCase()).join(", "))}
          </p>
        )}
      </div>
      {model.problem ? <Problem model={model} /> : <Numbers model={model} work={work} />}
      <RowActions model={model} work={work} />
    </li>
  );
};

const Problem = ({ model }: { model: InstalledModel }) => {
  const { post } = usePage();
  const take = (step: NextStep) =>
    step === "retry" ? post({ type: "load", id: model.id }) : post({ type: "nextStep", step });
  const steps = model.problem?.next.filter((step) => step !== "open-models" && step !== "choose-model") ?? [];
  return (
    <div class="row-problem" data-testid="row-problem">
      <p>
        <Icon name="error" />
        <span>{model.problem?.message}</span>
      </p>
      {steps.length > 0 && (
        <div class="row-steps">
          {steps.map((step) => (
            <button key={step} type="button" class="link-button" onClick={() => take(step)}>
              {nextStepText(step)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
};

const Numbers = ({ model, work }: RowProps) => {
  const { post } = usePage();
  if (model.path === null && !model.card)
    return <p class="abilities on-server quiet">{l10n.t("runs on its server: takes no memory here")}</p>;
  return (
    <>
      {model.card ? (
        <Abilities card={model.card} />
      ) : (
        <div class="abilities not-measured">
          <span class="quiet">{l10n.t("not measured")}</span>
          <button
            type="button"
            class="link-button"
            aria-label={l10n.t("Measure {0}", model.name)}
            disabled={work !== null}
            onClick={() => post({ type: "measure", id: model.id })}
          >
            {l10n.t("Measure")}
          </button>
        </div>
      )}
      <div class="numbers">
        {(model.need || model.fit) && <Fit need={model.need} fit={model.fit} />}
        {model.card && (
          <span class="number quiet" title={l10n.t("Measured on this machine")}>
            {speed(model.card.tokensPerSecond)}
          </span>
        )}
      </div>
    </>
  );
};

const RowActions = ({ model, work }: RowProps) => {
  const { post } = usePage();
  const { id, name } = model;
  const usable = model.problem === null;
  const isFile = model.path !== null;
  const roleItems = roles.map((role) => ({
    key: role,
    label: roleText(role),
    checked: model.roles.includes(role),
    onChoose: () => post({ type: "useFor", id, role }),
  }));
  const more = [
    ...(usable && model.card
      ? [{ key: "measure", label: l10n.t("Measure Again"), onChoose: () => post({ type: "measure", id }) }]
      : []),
    ...(model.removable
      ? [{ key: "remove", label: l10n.t("Delete…"), onChoose: () => post({ type: "remove", id }) }]
      : []),
  ];
  return (
    <div class="actions">
      {usable && isFile && (
        <button
          type="button"
          class="button load"
          aria-label={model.loaded ? l10n.t("Unload {0}", name) : l10n.t("Load {0}", name)}
          disabled={work !== null || (!model.loaded && model.fit === "exceeds")}
          onClick={() => post({ type: model.loaded ? "unload" : "load", id })}
        >
          {model.loaded ? l10n.t("Unload") : l10n.t("Load")}
        </button>
      )}
      {usable && (
        <Menu label={l10n.t("Use for: {0}", name)} text={l10n.t("Use for")} items={roleItems} testId="role-menu" />
      )}
      {more.length > 0 ? (
        <Menu label={l10n.t("More actions for {0}", name)} items={more} testId="more-menu" disabled={work !== null} />
      ) : (
        <span class="menu-place" aria-hidden="true" />
      )}
    </div>
  );
};
