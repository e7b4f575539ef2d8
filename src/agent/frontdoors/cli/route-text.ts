import * as l10n from "@vscode/l10n";
import { Domain, type Routing } from "../../../protocol/routing.ts";
import { wholePercents } from "../../../protocol/whole-percents.ts";
import { columns, percent } from "./terminal.ts";
import { domainWord } from "./turn-text.ts";

const barLength = 20;

const bar = (share: number): string => {
  const full = Math.round(share * barLength);
  return `${"█".repeat(full)}${"░".repeat(barLength - full)}`;
};

const toolsText = ({ needsTools, tools }: Routing): string => {
  if (!needsTools) return l10n.t("no");
  return tools.length === 0 ? l10n.t("yes") : l10n.t("yes: {0}", tools.join(", "));
};

/**
 * A road as a block for people: path and domain, the shares of the domains as bars, what decided, and which models would
 * walk it. Names and words come from files and requests: `columns` takes from them what would command a terminal.
 */
export const routeText = (routing: Routing): string => {
  const { path, domain, probabilities, complexity, confidence, source, reasons, requiredModels, actionPlan, ms } =
    routing;
  // Without the classifier nothing was measured, and no bar may look as if.
  const isMeasured = Domain.options.some((name) => probabilities[name] > 0);
  const whole = wholePercents(Domain.options.map((name) => probabilities[name]));
  const shares = Domain.options.map((name, at) => [domainWord(name), bar(probabilities[name]), `${whole[at] ?? 0} %`]);
  const facts = [
    // The router's own word on the domain says nothing of a choice that was the user's.
    ...(source === "user" || !isMeasured ? [] : [[l10n.t("confidence"), percent(confidence)]]),
    [l10n.t("needs tools"), toolsText(routing)],
    [l10n.t("decided by"), l10n.t("{0}, in {1} ms", source, ms.toFixed(1))],
    ...reasons.map((reason, at) => [at === 0 ? l10n.t("why") : "", reason]),
    ...requiredModels.map(({ role, model, purpose }, at) => [
      at === 0 ? l10n.t("models") : "",
      `${role}: ${model.name}${purpose === "" ? "" : ` (${purpose})`}`,
    ]),
    ...actionPlan.map((step, at) => [at === 0 ? l10n.t("then") : "", step]),
  ];
  return [
    columns([[path, domainWord(domain)]]),
    "\n",
    ...(isMeasured ? [columns([...shares, [l10n.t("complexity"), bar(complexity), percent(complexity)]]), "\n"] : []),
    columns(facts),
  ].join("");
};
