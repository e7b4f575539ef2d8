import * as l10n from "@vscode/l10n";
import { Domain, type RouteOverride, RoutePath, type Routing } from "../../protocol/routing.ts";
import { domainText, pathText, pathTitle } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { useActions } from "./actions.ts";

const free: RouteOverride = { domain: null, path: null, model: null };

interface Other {
  readonly label: string;
  readonly title: string;
  readonly override: RouteOverride;
}

/** What the user said before about the road still counts, where this does not say otherwise. */
const otherRoads = (routing: Routing, before: RouteOverride): Other[] => [
  ...Domain.options
    .filter((domain) => domain !== routing.domain)
    .map((domain) => ({
      label: domainText(domain),
      title: l10n.t("Answer again as a question of this kind: {0}", domainText(domain)),
      override: { ...before, domain },
    })),
  ...RoutePath.options
    .filter((path) => path !== routing.path)
    .map((path) => ({
      label: pathText(path),
      title: l10n.t("Answer again on this road: {0}", pathTitle(path)),
      override: { ...before, path },
    })),
];

/** Every other road in one click: the prompt is answered again in its place. */
export const Reroute = ({ turn, busy }: { turn: TurnView; busy: boolean }) => {
  const { post } = useActions();
  if (!turn.routing) return null;
  return (
    <fieldset class="reroute">
      <legend>{l10n.t("Answer again with…")}</legend>
      {otherRoads(turn.routing, turn.override ?? free).map(({ label, title, override }) => (
        <button
          key={label}
          type="button"
          class="small-button"
          title={title}
          disabled={busy}
          onClick={() => post({ type: "reroute", turnId: turn.id, override })}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
};
