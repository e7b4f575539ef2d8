import * as l10n from "@vscode/l10n";
import { isPublicAddress } from "../ports/net-address.ts";
import { parseUrl } from "../ports/net-rules.ts";
import { ask, type Decision, deny, type Objection } from "./decision.ts";

/**
 * An address that a model wants to read. `lookups` has for each host the answers of every look-up so far, oldest first:
 * all of them must be public, because a name may lead elsewhere the second time. `redirects` are where servers sent it on.
 */
export interface UrlRequest {
  readonly url: string;
  readonly redirects: readonly string[];
  readonly lookups: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly webEnabled: boolean;
}

const mostRedirects = 5;
const longestUrl = 8_192;

/** Names that lead to this machine or its network, whatever a look-up says. */
const localName = /^[^.]+$|(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/** Deny, or ask with the whole address: what a model writes into an address leaves the machine. */
export const decideUrl = ({ url, redirects, lookups, webEnabled }: UrlRequest): Decision => {
  if (!webEnabled) return deny("web-off", l10n.t("Reading from the web is switched off in your settings."));
  if (redirects.length > mostRedirects) return deny("redirects", l10n.t("It is sent on too often."));
  let from: URL | null = null;
  for (const text of [url, ...redirects]) {
    const hop: Objection | URL = judgeHop(text, from, lookups);
    if (!(hop instanceof URL)) return hop;
    from = hop;
  }
  return ask("new-address", l10n.t("It would send this address out: {0}", from?.href ?? url));
};

/** `text` as a URL, relative to the hop before, or what speaks against it. */
const judgeHop = (text: string, from: URL | null, lookups: UrlRequest["lookups"]): Objection | URL => {
  const url = text.length > longestUrl ? null : (parseUrl(text) ?? relative(text, from));
  if (!url || (url.protocol.startsWith("http") && !/^(https?:\/\/[^/]|\/)/i.test(text)))
    return deny("no-address", l10n.t("It is no address that every program reads alike."));
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return deny("scheme", l10n.t("Only http and https are used."));
  if (url.username !== "" || url.password !== "" || /^https?:\/*[^/?#]*@/i.test(text))
    return deny("credentials", l10n.t("An address must not hold a user name or password."));
  if (from?.protocol === "https:" && url.protocol === "http:")
    return deny("downgrade", l10n.t("It is sent on from https to http."));
  return judgeHost(url, lookups) ?? url;
};

const relative = (text: string, from: URL | null): URL | null =>
  from !== null && /^\/[^\s\\/]/.test(text) && URL.canParse(text, from.href) ? new URL(text, from) : null;

const judgeHost = (url: URL, lookups: UrlRequest["lookups"]): Objection | null => {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.+$/, "");
  // A parsed URL writes every spelling of an address in one way.
  if (url.hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(host))
    return isPublicAddress(host) ? null : deny("private-address", l10n.t("{0} is not on the public internet.", host));
  if (localName.test(host)) return deny("local-name", l10n.t("{0} leads to this machine or its network.", host));
  const answers = Object.hasOwn(lookups, host) ? (lookups[host] ?? []) : [];
  if (answers.length === 0 || answers.some((addresses) => addresses.length === 0))
    return deny("not-found", l10n.t("The address of {0} is not known.", host));
  const wrong = answers.flat().find((address) => !isPublicAddress(address));
  if (wrong === undefined) return null;
  return deny("private-address", l10n.t("{0} leads to {1}, which is not on the public internet.", host, wrong));
};
