import * as l10n from "@vscode/l10n";
import { Domain, type Routing } from "../../protocol/routing.ts";
import { wholePercents } from "../../protocol/whole-percents.ts";
import { roleText } from "../models/model-words.ts";
import { domainText, pathText, pathTitle, sourceText } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { duration, percent } from "../text.ts";
import { Fold } from "./fold.tsx";
import { Icon } from "./icon.tsx";
import { Reroute } from "./reroute.tsx";

const Line = ({ routing }: { routing: Routing }) => (
  <>
    <Icon name="git-merge" />
    <span>{domainText(routing.domain)}</span>
    <span aria-hidden="true">·</span>
    <span>{pathText(routing.path)}</span>
    <span aria-hidden="true">·</span>
    <span title={l10n.t("How likely the kind of question is right")}>{percent(routing.confidence)}</span>
    <span class="name" title={routing.model.name}>
      {routing.model.name}
    </span>
    <span class="why">{l10n.t("why")}</span>
  </>
);

/** A bar for the eye and the number that says the same. */
const Share = ({ of }: { of: number }) => (
  <>
    <span class="share" aria-hidden="true">
      <span style={{ width: percent(of).replace(" ", "") }} />
    </span>
    <span class="number">{percent(of)}</span>
  </>
);

const Probabilities = ({ probabilities }: { probabilities: Routing["probabilities"] }) => {
  const percents = wholePercents(Domain.options.map((domain) => probabilities[domain]));
  return (
    <ul class="probabilities">
      {Domain.options.map((domain, index) => (
        <li key={domain}>
          <span>{domainText(domain)}</span>
          <Share of={(percents[index] ?? 0) / 100} />
        </li>
      ))}
    </ul>
  );
};

/** Without the classifier nothing was, and no bar may look as if. */
const isMeasured = ({ probabilities }: Routing): boolean => Domain.options.some((domain) => probabilities[domain] > 0);

const Facts = ({ routing }: { routing: Routing }) => (
  <dl>
    <dt>{l10n.t("road")}</dt>
    <dd>
      {pathText(routing.path)}: {pathTitle(routing.path)} ({sourceText(routing.source)})
    </dd>
    {isMeasured(routing) && (
      <>
        <dt>{l10n.t("kind")}</dt>
        <dd>
          <Probabilities probabilities={routing.probabilities} />
        </dd>
        <dt>{l10n.t("confidence")}</dt>
        <dd class="confidence" title={l10n.t("How likely the kind of question is right")}>
          <Share of={routing.confidence} />
        </dd>
        <dt>{l10n.t("complexity")}</dt>
        <dd>{percent(routing.complexity)}</dd>
      </>
    )}
    <dt>{l10n.t("tools")}</dt>
    <dd>{routing.needsTools ? routing.tools.join(", ") || l10n.t("needed") : l10n.t("not needed")}</dd>
    <dt>{l10n.t("models")}</dt>
    <dd>
      {routing.requiredModels.length === 0
        ? routing.model.name
        : routing.requiredModels.map(({ role, model, purpose }) => (
            <p key={role + model.id}>{l10n.t("{0}: {1}, {2}", roleText(role), model.name, purpose)}</p>
          ))}
    </dd>
    {routing.skill !== null && (
      <>
        <dt>{l10n.t("skill")}</dt>
        <dd>{routing.skill}</dd>
      </>
    )}
    <dt>{l10n.t("decided in")}</dt>
    <dd>{routing.ms < 1 ? l10n.t("under 1 ms") : duration(routing.ms)}</dd>
  </dl>
);

/** One line that says which road the prompt took; it unfolds to why, and to every other road. */
export const RoutingCard = ({ turn, busy }: { turn: TurnView; busy: boolean }) => {
  const { routing } = turn;
  if (!routing) return null;
  return (
    <Fold class="routing" testId="routing" line={<Line routing={routing} />}>
      {routing.reasons.length > 0 && (
        <ul aria-label={l10n.t("What decided")}>
          {routing.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <Facts routing={routing} />
      {routing.actionPlan.length > 0 && (
        <ol aria-label={l10n.t("What is done")}>
          {routing.actionPlan.map((action) => (
            <li key={action}>{action}</li>
          ))}
        </ol>
      )}
      <Reroute turn={turn} busy={busy} />
    </Fold>
  );
};
