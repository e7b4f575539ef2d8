import * as l10n from "@vscode/l10n";
import type { Domain } from "../../protocol/routing.ts";
import type { Attachment } from "../../protocol/session.ts";
import { leaning, type Opinion, type RoutedRequest, type Strategy } from "./strategy.ts";

/** Longer ones are read by nobody at a glance, and by no rule. */
const longestGlance = 200;

/** Below this probability of code, words that do not point at it are about something else, unless they are too few. */
const clearlyNotCode = 0.15;
const fewestWords = 3;

/** `text` is trimmed. */
const hasTooFewWords = (text: string): boolean => text.split(/\s+/, fewestWords).length < fewestWords;

const smallTalk =
  /^(hi|hello|hey|hiya|good (morning|afternoon|evening|night)|thanks?( you)?( (so|very) much| a lot)?|cheers|bye|goodbye|ok(ay)?|how are you( today| doing)?|who are you|what can you do|what is your name)( (there|all|trivium|again))?[\s!.?,]*$/i;

const question = /^(please )?(what( is|'s| are)|how much (is|are)|calculate|compute|evaluate|solve)\s+/i;
const calculation = /^[\s(+-]*\.?\d[\d\s.,()]*([-+*/x×÷^%]|\*\*)[\d\s.,()+\-*/x×÷^%]*$/i;
const date = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/;

const codeCommand = /^\s*\/(explain|fix|tests?|docs?|review|refactor|optimi[sz]e|commit|generate)(?=\s|$)/i;

/** Nobody says what it is to do, so it is no order to a coder. */
const loneCommand = /^\/[a-z][\w-]*$/i;

const pointsAtIt =
  /\b(this|these|that|those|it|its|here|above|below|selection|selected|code|function|method|class|line|lines|bug|error|test|tests|type|types|variable|comment|comments|refactor|fix)\b/i;

const proseLanguages = new Set(["plaintext", "markdown", "latex", "tex", "bibtex", "restructuredtext", "log", "csv"]);
const codeLine =
  /[;{}]\s*$|\)\s*:\s*$|^\s*(import|from|def|class|function|const|let|var|return|#include|public|private)\s/;

/** Counts alone: no word of an attachment is read as a wish. */
const isCode = (attachment: Attachment): boolean => {
  if (attachment.kind === "selection") return !proseLanguages.has(attachment.languageId);
  const lines = attachment.text
    .slice(0, 4_000)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.filter((line) => codeLine.test(line)).length >= Math.max(1, lines.length * 0.3);
};

const rule = ({ classified }: RoutedRequest, domain: Domain, confidence: number, reason: string): Opinion => ({
  domain,
  probabilities: leaning(domain, confidence),
  confidence,
  complexity: classified?.complexity ?? 0,
  needsTools: classified?.needsTools ?? 0,
  source: "rule",
  reasons: [reason],
});

const plain = { complexity: 0, needsTools: 0 };

const isCalculation = (text: string): boolean => {
  const asked = text.replace(question, "").replace(/[\s=?.]+$/, "");
  return calculation.test(asked) && !date.test(asked);
};

/**
 * Decides what the surroundings of a request make plain: small talk, a bare calculation, a command for code or one that is
 * not known, code with no words, code with words about it. Attachments are only counted, never understood.
 */
export const contextRules: Strategy = (request) => {
  const { text, attachments, classified } = request;
  const trimmed = text.trim();
  const code = attachments.some(isCode);

  if (trimmed === "" && attachments.length > 0)
    return code
      ? rule(request, "coder", 0.9, l10n.t("code without words"))
      : { ...rule(request, "general", 0.7, l10n.t("text without words to it")), ...plain };
  if (codeCommand.test(trimmed)) return rule(request, "coder", 0.95, l10n.t("a command for code"));
  if (code) {
    const unlikely = classified !== null && classified.probabilities.coder < clearlyNotCode;
    return unlikely && !pointsAtIt.test(trimmed) && !hasTooFewWords(trimmed)
      ? null
      : rule(request, "coder", 0.9, l10n.t("code goes with the request"));
  }
  if (attachments.length > 0 || trimmed.length > longestGlance) return null;
  if (smallTalk.test(trimmed)) return { ...rule(request, "general", 0.97, l10n.t("small talk")), ...plain };
  if (loneCommand.test(trimmed))
    return { ...rule(request, "general", 0.8, l10n.t("a command that is not known here")), ...plain };
  if (isCalculation(trimmed)) return { ...rule(request, "math", 0.99, l10n.t("a bare calculation")), ...plain };
  return null;
};
