import { validateHeaderName, validateHeaderValue } from "node:http";
import * as l10n from "@vscode/l10n";

/** What may be reached: nothing but what the user's settings name. All of it empty means: nothing. */
export interface NetRules {
  /** URLs of the engines; their origins may be anywhere, for the user named them. */
  readonly engines: readonly string[];
  readonly hub: string | null;
  /** Whether the usual ports of the loopback address may be asked for engines. */
  readonly discovery: boolean;
}

export type NetPurpose = "engine" | "hub" | "discovery";

/** Where Ollama, llama-server, LM Studio, vLLM and SGLang listen unless told otherwise. */
export const discoveryPorts = [11434, 8080, 1234, 8000, 30000] as const;

/** One request on its way: the first one, or one that a redirect asks for (`from` is the URL that sent it on). */
export interface Hop {
  readonly url: URL;
  readonly from: URL | null;
}

/** `anywhere`: the user named this origin. `public`: only an address of the public internet. */
export type Verdict = { ok: true; reach: "anywhere" | "public" } | { ok: false; reason: string };

const refuse = (reason: string): Verdict => ({ ok: false, reason });
const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);

/** Headers that say where a message ends or whom it is for; Node writes them from the URL and the body. */
const reserved = /^(host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer|proxy-.*)$/i;

/** The URL, or null when it is none, or would be read differently by different readers. */
export const parseUrl = (text: string): URL | null => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: URL drops them silently, so they are looked for here
  if (/[\u0000-\u0020\u007f\\]/.test(text) || !URL.canParse(text)) return null;
  return new URL(text);
};

/** Why these headers must not be sent; null: they may. */
export const headerProblem = (headers: Readonly<Record<string, string>>): string | null => {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return l10n.t("a header of the request is not valid");
    }
    if (reserved.test(name)) return l10n.t("the request must not set the header {0}", name);
  }
  return null;
};

/** Whether this hop may be taken, and how far; the addresses of its host are judged after the name was looked up. */
export const judge = (rules: NetRules, purpose: NetPurpose, { url, from }: Hop): Verdict => {
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuse(l10n.t("only http and https are used"));
  if (url.username !== "" || url.password !== "")
    return refuse(l10n.t("an address must not hold a user name or password"));
  if (from?.protocol === "https:" && url.protocol === "http:")
    return refuse(l10n.t("a redirect leads from https to http"));
  switch (purpose) {
    case "engine":
      return judgeEngine(rules, url, from);
    case "hub":
      return judgeHub(rules, url, from);
    case "discovery":
      return judgeDiscovery(rules, url, from);
  }
};

const judgeEngine = (rules: NetRules, url: URL, from: URL | null): Verdict => {
  if (from && from.origin !== url.origin) return refuse(l10n.t("a redirect leads to another server"));
  if (!rules.engines.some((engine) => originOf(engine) === url.origin))
    return refuse(l10n.t("no engine in your settings has this address"));
  return { ok: true, reach: "anywhere" };
};

/** Hubs send downloads on to a content network: that is followed over https, to public addresses. */
const judgeHub = (rules: NetRules, url: URL, from: URL | null): Verdict => {
  if (rules.hub !== null && originOf(rules.hub) === url.origin) return { ok: true, reach: "anywhere" };
  if (!from) return refuse(l10n.t("it is not the hub of your settings"));
  if (url.protocol !== "https:") return refuse(l10n.t("a redirect leads to another server without https"));
  return { ok: true, reach: "public" };
};

const judgeDiscovery = (rules: NetRules, url: URL, from: URL | null): Verdict => {
  if (!rules.discovery) return refuse(l10n.t("looking for engines is switched off in your settings"));
  if (from && from.origin !== url.origin) return refuse(l10n.t("a redirect leads to another server"));
  const here = url.hostname === "127.0.0.1" || url.hostname === "[::1]";
  if (url.protocol !== "http:" || !here || !discoveryPorts.some((port) => url.port === String(port)))
    return refuse(l10n.t("engines are looked for at the usual ports of this machine only"));
  return { ok: true, reach: "anywhere" };
};
