import * as l10n from "@vscode/l10n";
import type { AvailableModel, Download, ModelsState } from "../../protocol/models.ts";
import type { Work } from "../../protocol/models-page.ts";
import { RoleName } from "../../protocol/profile.ts";
import { parse } from "../../protocol/rpc.ts";
import { Icon } from "../chat/icon.tsx";
import { fileSize, tokenCount } from "../text.ts";
import { downloadOf, percentOf } from "./download-words.ts";
import { Facts, Fit, Link } from "./facts.tsx";
import { bestText, chosenFile, filterAvailable, licenceText, roles, roleText, suggestions } from "./model-words.ts";
import { usePage } from "./page-actions.ts";
import type { Saved } from "./page-host.ts";
import { moveBetweenRows } from "./row-keys.ts";

interface AvailableProps {
  readonly state: ModelsState;
  readonly working: Readonly<Record<string, Work>>;
  readonly saved: Saved;
  readonly onSaved: (change: Partial<Saved>) => void;
}

interface OneProps {
  readonly available: AvailableModel;
  readonly download: Download | undefined;
  readonly work: Work | null;
}

const oneOf = (available: AvailableModel, { state, working }: AvailableProps): OneProps => ({
  available,
  download: downloadOf(available, state.downloads),
  work: working[available.model.id] ?? null,
});

/** Up to three models that suit this machine best. */
export const FitsSection = (props: AvailableProps) => {
  const cards = suggestions(props.state.available);
  if (cards.length === 0) return null;
  return (
    <section aria-labelledby="fits-title" data-testid="fits-you">
      <div class="section-title">
        <h2 id="fits-title">{l10n.t("Fits you")}</h2>
      </div>
      <ul class="cards">
        {cards.map((available) => (
          <Card key={available.model.id} {...oneOf(available, props)} />
        ))}
      </ul>
    </section>
  );
};

const factsOf = (available: AvailableModel): string[] => {
  const file = chosenFile(available);
  const { contextSize } = available.model;
  return [
    ...(file?.sizeBytes ? [fileSize(file.sizeBytes)] : []),
    ...(file ? [file.quantisation] : []),
    ...(contextSize ? [l10n.t("{0} context", tokenCount(contextSize))] : []),
  ];
};

const Licence = ({ available }: { available: AvailableModel }) => {
  const { post } = usePage();
  const { name, url } = available.model.licence;
  if (!name) return <span class="quiet">{l10n.t("licence not known")}</span>;
  return url ? (
    <Link url={url} text={licenceText(name)} onOpen={(to) => post({ type: "openLink", url: to })} />
  ) : (
    <span>{licenceText(name)}</span>
  );
};

const GetButton = ({ available, download, work, primary }: OneProps & { primary: boolean }) => {
  const { post } = usePage();
  const file = chosenFile(available);
  const { id, name } = available.model;
  const percent = download ? percentOf(download) : null;
  const words = download ? (percent === null ? l10n.t("Getting …") : l10n.t("{0} %", percent)) : l10n.t("Get");
  if (!file) return <span class="quiet">{l10n.t("only on a server")}</span>;
  return (
    <button
      type="button"
      class={primary ? "button primary get" : "button get"}
      aria-label={download ? l10n.t("{0}: {1} is on its way", words, name) : l10n.t("Get {0}", name)}
      disabled={download !== undefined || work !== null}
      onClick={() => post({ type: "get", catalogId: id, file: file.file })}
    >
      {!download && <Icon name="cloud-download" />}
      {words}
    </button>
  );
};

const Card = (props: OneProps) => {
  const { available } = props;
  const { best, model, need, fit } = available;
  return (
    <li class="card" data-testid="card">
      {best && <p class="best">{bestText(best)}</p>}
      <h3>{model.name}</h3>
      <p class="summary">{model.summary}</p>
      <Facts facts={factsOf(available)} />
      <p class="facts">
        {l10n.t("Licence:")} <Licence available={available} />
      </p>
      <div class="card-end">
        <Fit need={need} fit={fit} />
        <GetButton {...props} primary={fit !== "exceeds"} />
      </div>
    </li>
  );
};

/** Every catalogue model that is not here, folded away until it is wanted. */
export const AllModelsSection = (props: AvailableProps) => {
  const { state, saved, onSaved } = props;
  const shown = filterAvailable(state.available, saved.filter, saved.role);
  const toRole = (value: string) => {
    const role = parse(RoleName, value);
    onSaved({ role: role.ok ? role.value : null });
  };
  if (state.available.length === 0) return null;
  return (
    <section aria-labelledby="all-title" data-testid="all-models">
      <details open={saved.allOpen} onToggle={({ currentTarget }) => onSaved({ allOpen: currentTarget.open })}>
        <summary>
          <Icon name="chevron-right" />
          <h2 id="all-title">{l10n.t("All models")}</h2>
          <span class="quiet">{state.available.length}</span>
        </summary>
        <div class="filter">
          <input
            type="text"
            class="input"
            aria-label={l10n.t("Filter by name, purpose or licence")}
            placeholder={l10n.t("Filter by name, purpose or licence")}
            value={saved.filter}
            onInput={({ currentTarget }) => onSaved({ filter: currentTarget.value })}
          />
          <select
            class="input"
            aria-label={l10n.t("Role")}
            value={saved.role ?? ""}
            onChange={({ currentTarget }) => toRole(currentTarget.value)}
          >
            <option value="">{l10n.t("Any role")}</option>
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleText(role)}
              </option>
            ))}
          </select>
        </div>
        <p class="visually-hidden" role="status">
          {saved.allOpen && (shown.length === 1 ? l10n.t("1 model") : l10n.t("{0} models", shown.length))}
        </p>
        {shown.length === 0 && <p class="nothing">{l10n.t("No model has all of these words.")}</p>}
        <ul class="rows" onKeyDown={moveBetweenRows}>
          {shown.map((available) => (
            <AvailableRow key={available.model.id} {...oneOf(available, props)} />
          ))}
        </ul>
      </details>
    </section>
  );
};

const AvailableRow = (props: OneProps) => {
  const { available } = props;
  return (
    <li class="model-row available" data-testid="available-row">
      <div class="about">
        <h3>
          <span class="name">{available.model.name}</span>
        </h3>
        <p class="summary">{available.model.summary}</p>
        <Facts facts={factsOf(available)} />
        <p class="facts">
          {l10n.t("Licence:")} <Licence available={available} />
        </p>
      </div>
      <div class="numbers">
        <Fit need={available.need} fit={available.fit} />
      </div>
      <div class="actions">
        <GetButton {...props} primary={false} />
      </div>
    </li>
  );
};
