import * as l10n from "@vscode/l10n";
import type { Routing } from "../../protocol/run-event.ts";
import { pathText, sourceText } from "../text.ts";
import { Icon } from "./icon.tsx";

/** One line that says which road the prompt took; it unfolds to why. */
export const RoutingCard = ({ routing }: { routing: Routing }) => (
  <details class="routing" data-testid="routing">
    <summary>
      <Icon name="git-merge" />
      <span>{pathText(routing.path)}</span>
      <span aria-hidden="true">·</span>
      <span class="name">{routing.model.name}</span>
      <span aria-hidden="true">·</span>
      <span class="why">{l10n.t("why")}</span>
      <Icon name="chevron-right" />
    </summary>
    <div class="details">
      {routing.reasons.length > 0 && (
        <ul>
          {routing.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <dl>
        <dt>{l10n.t("road")}</dt>
        <dd>
          {pathText(routing.path)}, {sourceText(routing.source)}
        </dd>
        <dt>{l10n.t("role")}</dt>
        <dd>{routing.role}</dd>
        <dt>{l10n.t("model")}</dt>
        <dd>{routing.model.name}</dd>
        {routing.skill !== null && (
          <>
            <dt>{l10n.t("skill")}</dt>
            <dd>{routing.skill}</dd>
          </>
        )}
      </dl>
    </div>
  </details>
);
