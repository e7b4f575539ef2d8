import * as l10n from "@vscode/l10n";
import type { EngineState } from "../../protocol/models.ts";
import { Icon } from "../chat/icon.tsx";
import { Facts } from "./facts.tsx";
import { Menu } from "./menu.tsx";
import { engineHealth } from "./model-words.ts";
import { usePage } from "./page-actions.ts";
import { moveBetweenRows } from "./row-keys.ts";

/** Servers that run models: set up by the user, or found on this machine. */
export const EnginesSection = ({ engines }: { engines: readonly EngineState[] }) => {
  const { post } = usePage();
  return (
    <section aria-labelledby="engines-title" data-testid="engines">
      <div class="section-title">
        <h2 id="engines-title">{l10n.t("Engines")}</h2>
        <button type="button" class="button quiet-button" onClick={() => post({ type: "addEngine" })}>
          <Icon name="add" />
          {l10n.t("Add engine…")}
        </button>
      </div>
      {engines.length === 0 && (
        <p class="nothing">
          {l10n.t("None. Models run in Trivium itself; a server such as Ollama or your team's can run more.")}
        </p>
      )}
      <ul class="rows" onKeyDown={moveBetweenRows}>
        {engines.map((engine) => (
          <EngineRow key={engine.id} engine={engine} />
        ))}
      </ul>
    </section>
  );
};

const EngineRow = ({ engine }: { engine: EngineState }) => {
  const { post } = usePage();
  const { id, name, urls, health, models, hasKey, found, problem } = engine;
  const look = engineHealth(engine);
  const keys = [
    {
      key: "set",
      label: hasKey ? l10n.t("Replace Key…") : l10n.t("Set Key…"),
      onChoose: () => post({ type: "setKey", id }),
    },
    ...(hasKey
      ? [{ key: "remove", label: l10n.t("Remove Key…"), onChoose: () => post({ type: "removeKey", id }) }]
      : []),
  ];
  return (
    <li class="model-row engine" data-testid="engine-row">
      <div class="about">
        <h3>
          <Icon name="server" />
          <span class="name">{name}</span>
        </h3>
        <Facts
          facts={[
            ...urls,
            models === 1 ? l10n.t("1 model") : l10n.t("{0} models", models),
            ...(found ? [l10n.t("found on this machine")] : []),
            ...(hasKey ? [l10n.t("key is set")] : []),
          ]}
        />
        {problem && (
          <p class="facts engine-problem">
            <Icon name="error" />
            <span>{problem.message}</span>{" "}
            {problem.next.includes("set-key") && (
              <button type="button" class="link-button" onClick={() => post({ type: "setKey", id })}>
                {l10n.t("Set the key")}
              </button>
            )}
          </p>
        )}
      </div>
      <div class="numbers">
        <span class={`fit health-${health}`}>
          <Icon name={look.icon} />
          {look.word}
        </span>
      </div>
      <div class="actions">
        <Menu label={l10n.t("Key: {0}", name)} text={l10n.t("Key")} items={keys} testId="key-menu" />
      </div>
    </li>
  );
};
