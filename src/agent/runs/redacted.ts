const redaction = "[redacted]";

/** Keys that show by their form what they are. What precedes them is looked at so that a long word is read once. */
const keys =
  /(?<![\w-])(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_\w{20,}|xox[abeprs]-[\w-]{10,}|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})/g;

/** One whose end is missing takes everything after it. */
const privateKeys = /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[\s\S]*?(?:(?=-----END [A-Z ]{0,40}PRIVATE KEY-----)|$)/g;

/** What follows a name that says that it is secret, as in `DB_PASSWORD=…`, `api_key = "…"` or `"password": "…"`. */
const named: readonly RegExp[] = [
  /((?<!\w)[A-Z0-9_]{0,100}_(?:KEY|TOKEN|SECRET|PASSWORD)["']?[ \t]{0,8}[=:][ \t]{0,8}["']?)[^\s"',;]{4,}/g,
  /((?<![a-z0-9])(?:password|passwd|api[_-]?key|secret)["']?[ \t]{0,8}(?:=[ \t]{0,8}["']?|:[ \t]{0,8}["']))[^\s"',;]{4,}/gi,
  /((?<!\w)Bearer[ \t]{1,8})[\w.~+/-]{16,}=*/gi,
  /((?<!\w)[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(?=@)/gi,
];

/** The text without what looks like a secret: keys and tokens by their form, and what a name says is one. */
export const redacted = (text: string): string =>
  named
    .reduce((rest, pattern) => rest.replace(pattern, `$1${redaction}`), text.replace(privateKeys, `$1${redaction}`))
    .replace(keys, redaction);

/** The same value with every text in it redacted. */
export const redactedIn = <T>(value: T): T => redactedValue(value) as T; // only texts change, and they stay texts

const redactedValue = (value: unknown): unknown => {
  if (typeof value === "string") return redacted(value);
  if (Array.isArray(value)) return value.map(redactedValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactedValue(inner)]));
};
