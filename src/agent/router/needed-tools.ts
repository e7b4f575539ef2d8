import type { Domain } from "../../protocol/routing.ts";

/** What words of a request ask for, in the order in which people are told. */
const signs: readonly (readonly [kind: string, sign: RegExp])[] = [
  [
    "files",
    /\b(files?|folders?|director(y|ies)|repo(sitory)?|workspace|codebase|project|module|readme)\b|\w\.(ts|tsx|js|jsx|py|go|rs|java|c|h|cpp|cs|rb|php|json|ya?ml|toml|md|html|css|sql|sh)\b/i,
  ],
  ["terminal", /\b(run|execute|install|build|compile|tests?|commit|push|git|npm|docker|shell|terminal|command)\b/i],
  ["search", /\b(where|find|search|look for|which files?|usages?|references?|occurrences?)\b/i],
  ["web", /\bhttps?:\/\/|\b(latest|today|tonight|news|weather|web|internet|online|website|download)\b/i],
  ["calculator", /\d\s*[-+*/^%×÷]\s*\(?\d/],
];

const usual: Record<Domain, string> = { coder: "files", math: "calculator", general: "web" };

/** Which kinds of tools a request that needs tools is likely to need, never none. */
export const neededTools = (text: string, domain: Domain): string[] => {
  const found = signs.filter(([, sign]) => sign.test(text)).map(([kind]) => kind);
  return found.length > 0 ? found : [usual[domain]];
};
