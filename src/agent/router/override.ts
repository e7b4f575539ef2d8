import * as l10n from "@vscode/l10n";
import type { Domain, RoutePath } from "../../protocol/routing.ts";
import type { RouteInput } from "./decision.ts";

/** What the user fixed of the road; null: the router decides. `reasons` say what was followed and what was not. */
export interface Wish {
  readonly domain: Domain | null;
  readonly path: RoutePath | null;
  readonly reasons: readonly string[];
}

/** There are four; a text that begins with more of them is not a request. */
const mostWords = 8;

/** One of the words at the very start of a prompt, with what stands around it. */
const word = /\s{0,99}(?:@(coder|math|general)|(\/plan))(?=\s|$)/iy;

interface StartWords {
  /** In the order in which they stand. */
  readonly domains: readonly Domain[];
  readonly plan: boolean;
  /** Where the request itself begins. */
  readonly end: number;
}

const startWords = (text: string): StartWords => {
  const domains: Domain[] = [];
  let plan = false;
  let end = 0;
  for (let count = 0; count < mostWords; count++) {
    word.lastIndex = end;
    const found = word.exec(text);
    if (found === null) break;
    end = word.lastIndex;
    const name = found[1]?.toLowerCase();
    if (name === "coder" || name === "math" || name === "general") domains.push(name);
    else plan = true;
  }
  return { domains, plan, end };
};

/** The text without the words at its start that choose the road (`@coder`, `@math`, `@general`, `/plan`). */
export const withoutOverrides = (text: string): string => {
  const { end } = startWords(text);
  return end === 0 ? text : text.slice(end).trimStart();
};

/** What the user asked for: the request's override first, then the words at the start of the text. The first one wins. */
export const wishOf = ({ prompt, override }: RouteInput): Wish => {
  const { domains, plan } = startWords(prompt.text);
  const wanted = override?.domain ? [override.domain, ...domains] : domains;
  const [domain = null] = wanted;
  const path = override?.path ?? (plan ? "complex" : null);
  const reasons: string[] = [];
  if (domain !== null) reasons.push(l10n.t("you chose {0}", `@${domain}`));
  for (const other of new Set(wanted))
    if (other !== domain)
      reasons.push(l10n.t("{0} is not followed, because {1} came first", `@${other}`, `@${domain}`));
  if (plan && path === "complex") reasons.push(l10n.t("you asked for a plan"));
  else if (plan) reasons.push(l10n.t("{0} is not followed, because you chose another road", "/plan"));
  else if (path !== null) reasons.push(l10n.t("you chose the road"));
  return { domain, path, reasons };
};
