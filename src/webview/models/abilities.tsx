import * as l10n from "@vscode/l10n";
import type { CapabilityCard } from "../../protocol/capability-card.ts";
import { abilitiesOf } from "./model-words.ts";

/** What the model is good at, as measured on this machine: a label, a bar and its number for each. */
export const Abilities = ({ card }: { card: CapabilityCard }) => (
  <dl class="abilities" title={l10n.t("Measured on this machine")} data-testid="abilities">
    {abilitiesOf(card).map(({ label, percent }) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>
          <span class="ability-bar" aria-hidden="true">
            <span style={{ width: `${percent}%` }} />
          </span>
          <span class="number">{l10n.t("{0} %", percent)}</span>
        </dd>
      </div>
    ))}
  </dl>
);
