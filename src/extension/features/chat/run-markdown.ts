import { hintLines } from "../../../protocol/hint-lines.ts";
import type { Plan } from "../../../protocol/plan.ts";
import type { Receipt } from "../../../protocol/receipt.ts";
import { Domain, type Routing } from "../../../protocol/routing.ts";
import type { JournalCall, Run } from "../../../protocol/run.ts";
import type { Turn } from "../../../protocol/session.ts";
import { type ShownStep, shownStep } from "../../../protocol/shown-step.ts";
import type { Check, Verdict } from "../../../protocol/verdict.ts";
import { wholePercents } from "../../../protocol/whole-percents.ts";

/** Puts values into a translated text: `t("{0} tokens", 12)`. */
export type Translate = (text: string, ...values: (string | number)[]) => string;

/** A block of code that nothing in the text can end: its fence is longer than any in the text. */
export const fenced = (text: string, language = ""): string => {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};

/** Text in the middle of a line: on one line, and read as it is written. */
export const inline = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_[\]<>|#~&!]/g, (sign) => `\\${sign}`);

const blocks = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== "").join("\n\n");

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const domainText = (domain: Domain, t: Translate): string => {
  switch (domain) {
    case "coder":
      return t("coder");
    case "math":
      return t("maths");
    case "general":
      return t("general");
  }
};

const stepText = (step: ShownStep, t: Translate): string => {
  switch (step) {
    case "refused":
      return t("kept, the critic disagrees");
    case "doubted":
      return t("kept, may be wrong");
    case "stopped":
      return t("stopped");
    default:
      return step;
  }
};

const checkText = ({ kind, outcome, text }: Check): string => `${kind}, ${outcome}: ${inline(text)}`;

const promptPart = ({ prompt }: Turn, t: Translate): string =>
  blocks(
    `## ${t("Prompt")}`,
    fenced(prompt.text),
    ...prompt.attachments.map((attachment) =>
      blocks(
        t("With {0}:", inline(attachment.kind === "text" ? attachment.name : attachment.path)),
        fenced(attachment.text),
      ),
    ),
  );

const roadPart = (routing: Routing, t: Translate): string => {
  const percents = wholePercents(Domain.options.map((domain) => routing.probabilities[domain]));
  const shares = Domain.options.map((domain, index) => `${domainText(domain, t)} ${percents[index]} %`).join(", ");
  const isMeasured = Domain.options.some((domain) => routing.probabilities[domain] > 0);
  // The router's own word on the domain says nothing of a choice that was the user's.
  const sure = routing.source === "user" ? [] : [t("confidence {0}", percent(routing.confidence))];
  return blocks(
    `## ${t("Road")}`,
    [
      `- ${routing.path}, ${domainText(routing.domain, t)}, ${inline(routing.model.name)} (${routing.source}, ${Math.round(routing.ms)} ms)`,
      ...(isMeasured
        ? [`- ${shares}`, `- ${[...sure, t("complexity {0}", percent(routing.complexity))].join(", ")}`]
        : []),
      ...routing.reasons.map((reason) => `- ${inline(reason)}`),
    ].join("\n"),
    routing.actionPlan.map((action, index) => `${index + 1}. ${inline(action)}`).join("\n"),
  );
};

const planPart = (plan: Plan, turn: Turn, t: Translate): string =>
  blocks(
    `## ${t("Plan")}`,
    inline(plan.goal),
    ...plan.steps.map((step, index) => {
      const status = turn.steps.find(({ id }) => id === step.id);
      const after = step.after.length > 0 ? t(", after {0}", step.after.map(inline).join(", ")) : "";
      return blocks(
        `### ${index + 1}. ${inline(step.title)}`,
        `${inline(step.id)}: ${domainText(step.domain, t)}, ${stepText(shownStep(turn, step.id), t)}${after}`,
        status && status.text !== "" ? fenced(status.text) : null,
      );
    }),
  );

const verdictText = ({ subject, verdict, confidence, checks, hint }: Verdict, t: Translate): string =>
  [
    `- ${inline(subject)}: ${verdict === "unavailable" ? t("the critic could not be asked") : verdict}${confidence === null ? "" : `, ${percent(confidence)}`}`,
    ...checks.map((check) => `  - ${checkText(check)}`),
    ...hintLines({ hint, checks }).map((line) => `  - ${inline(line)}`),
  ].join("\n");

const receiptTable = (receipt: Receipt, t: Translate): string =>
  [
    `| ${t("Part")} | ${t("Tokens")} | ${t("Sent")} |`,
    "|---|---:|---|",
    ...receipt.parts.map(({ name, tokens, sent }) => `| ${inline(name)} | ${tokens} | ${sent} |`),
    `| ${t("Total")} | ${receipt.tokens} | |`,
  ].join("\n");

const callPart = (call: JournalCall, number: number, t: Translate): string => {
  const ended = call.failure ?? call.endReason ?? "stopped";
  return blocks(
    `### ${number}. ${inline(call.role)}: ${inline(call.model)}`,
    [
      `- ${t("{0} tokens read, {1} written, {2} ms", call.promptTokens, call.completionTokens, Math.round(call.ms))}`,
      `- ${t("ended: {0}", inline(ended))}`,
      `- ${t("temperature {0}, at most {1} tokens, seed {2}", call.sampling.temperature, call.sampling.maxTokens, call.sampling.seed ?? "-")}`,
      ...(call.fingerprint === null ? [] : [`- ${t("file {0}", inline(call.fingerprint))}`]),
    ].join("\n"),
    `<details><summary>${t("{0} messages sent", call.messages.length)}</summary>`,
    ...call.messages.map(({ role, content }) => blocks(`${role}:`, fenced(content))),
    "</details>",
    `${t("Answered:")}`,
    fenced(call.text),
  );
};

/**
 * A run as a document: prompt, road, plan, every model call, verdicts, receipts, answer. What models and people wrote
 * stands in fences that it cannot end, or escaped in a line; nothing of it becomes a heading, a link or HTML.
 */
export const runMarkdown = ({ turn, calls }: Run, t: Translate): string =>
  `${blocks(
    `# ${t("Run {0}", inline(turn.id))}`,
    [
      `- ${t("state: {0}", turn.state)}${turn.endReason ? `, ${turn.endReason}` : ""}`,
      `- ${t("mode: {0}", turn.mode)}`,
      `- ${new Date(turn.createdAt).toISOString()}`,
      ...(turn.failure ? [`- ${turn.failure.code}: ${inline(turn.failure.message)}`] : []),
    ].join("\n"),
    promptPart(turn, t),
    turn.routing && roadPart(turn.routing, t),
    turn.plan && planPart(turn.plan, turn, t),
    calls.length > 0 ? `## ${t("Model calls")}` : null,
    ...calls.map((call, index) => callPart(call, index + 1, t)),
    turn.verdicts.length > 0 ? `## ${t("Verdicts")}` : null,
    turn.verdicts.map((verdict) => verdictText(verdict, t)).join("\n"),
    turn.evidence ? `${t("Evidence")}: ${turn.evidence.grade}` : null,
    turn.receipts.length > 0 ? `## ${t("Receipts")}` : null,
    ...turn.receipts.map((receipt) =>
      blocks(`${inline(receipt.role)}: ${inline(receipt.model)}`, receiptTable(receipt, t)),
    ),
    `## ${t("Answer")}`,
    fenced(turn.answer),
  )}\n`;
