import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { EngineConfig, Profile } from "../../protocol/profile.ts";
import { parse } from "../../protocol/rpc.ts";

/** `later`: written by a later version, so it may be good and is not for us to judge. */
export type ReadProfile = { ok: true; profile: Profile } | { ok: false; later: boolean; reason: string };

/** Files of people, so nothing in them that is not known: a misspelt key would do nothing, and nobody would know. */
const StrictProfile = z.strictObject({ ...Profile.shape, engines: z.array(z.strictObject(EngineConfig.shape)) });

const version = 1;
const deepest = 8;
const secretName = /key|token|secret|passw(or)?d|authori[sz]ation|credential|bearer/i;
const userInfo = /[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*@/i;
/** Controls and marks that turn the direction of text: they make a name look like another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const trickyCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Windows keeps these names for devices, whatever their extension; `current` is the file that says which one is used. */
const reservedIds = /^(current|con|prn|aux|nul|com\d|lpt\d)$/;

/** Parsed as the network would, which takes more spellings for an address than a pattern does; the pattern finds those within a text. */
const hasSecretInAddress = (text: string): boolean => {
  if (userInfo.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { username, password, searchParams } = new URL(text);
  return username !== "" || password !== "" || [...searchParams.keys()].some((name) => secretName.test(name));
};

/** What must not be in a file that people share, in words that do not repeat it; null when there is nothing. */
const offence = (value: unknown, path: readonly string[]): string | null => {
  const place = path.join(".");
  if (path.length > deepest) return l10n.t("it is nested too deeply");
  if (typeof value === "string") {
    if (hasSecretInAddress(value))
      return l10n.t("{0} holds an address with a secret in it; keys are kept apart", place);
    return trickyCharacters.test(value) ? l10n.t("{0} has control characters", place) : null;
  }
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (secretName.test(key)) return l10n.t("{0} looks like a secret; keys are kept apart", [...path, key].join("."));
    const found = offence(inner, [...path, key]);
    if (found) return found;
  }
  return null;
};

const versionOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "version" in value ? value.version : undefined;

/** zod's words do not name the keys that it does not know. */
const unknownKeys = (value: unknown): string[] => {
  const result = z.safeParse(StrictProfile, value);
  return (result.error?.issues ?? []).flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key].join(".")) : [],
  );
};

/** A profile from parsed JSON of whatever origin. Reasons are for people and repeat no values. */
export const checkProfile = (value: unknown): ReadProfile => {
  const refused = (reason: string, later = false): ReadProfile => ({ ok: false, later, reason });
  const found = offence(value, []);
  if (found) return refused(found);
  const given = versionOf(value);
  if (typeof given === "number" && given > version)
    return refused(l10n.t("it was written by a later version of Trivium ({0})", given), true);
  const unknown = unknownKeys(value);
  if (unknown.length > 0) return refused(l10n.t("it has unknown keys: {0}", unknown.slice(0, 10).join(", ")));
  const read = parse(StrictProfile, value);
  if (!read.ok) return refused(read.issues.slice(0, 10).join("; "));
  const profile = read.value;
  if (reservedIds.test(profile.id)) return refused(l10n.t("the id {0} is reserved", profile.id));
  if (new Set(profile.engines.map(({ id }) => id)).size < profile.engines.length)
    return refused(l10n.t("two engines have the same id"));
  return { ok: true, profile };
};

/** A profile from a file's text. */
export const readProfile = (text: string): ReadProfile => {
  try {
    return checkProfile(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    // The parser's own words quote the text, which may be anything.
    return { ok: false, later: false, reason: l10n.t("it is not JSON") };
  }
};

export const profileText = (profile: Profile): string => `${JSON.stringify(profile, null, 2)}\n`;
