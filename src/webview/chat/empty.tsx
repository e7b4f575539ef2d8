import * as l10n from "@vscode/l10n";
import type { Status } from "../../protocol/status.ts";
import { modelSize } from "../text.ts";
import { useActions } from "./actions.ts";
import { forStatus, NextSteps } from "./next-steps.tsx";

const examples = () => [
  l10n.t("Write a function that removes duplicates from a list."),
  l10n.t("What does this regular expression match: ^\\d{4}-\\d{2}$"),
  l10n.t("Explain the difference between a process and a thread."),
];

/** What the starter model was trained for; it declines the others. */
const starterExamples = () => [
  l10n.t("What can you do?"),
  l10n.t("What is 12 times 7?"),
  l10n.t("What does this function do?\n```js\nfunction total(price, count) {\n  return price * count;\n}\n```"),
];

/** What a chat without turns shows: what works now, who answers, and how to begin. */
export const Empty = ({ status }: { status: Status | null }) => {
  const { fillInput } = useActions();
  const model = status?.model ?? null;
  const problem = status?.problem ?? null;

  if (status && (!model || problem))
    return (
      <section class="empty" aria-labelledby="empty-title">
        <h2 id="empty-title">{model ? l10n.t("The model cannot answer yet") : l10n.t("No model yet")}</h2>
        <p>{problem?.message ?? l10n.t("Choose a GGUF file on this machine, or use the starter model.")}</p>
        <NextSteps
          steps={problem?.next.length ? forStatus(problem.next) : ["use-starter", "choose-model"]}
          turn={null}
          disabled={false}
        />
      </section>
    );
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{l10n.t("Ask about code")}</h2>
      <p>
        {model?.path === null
          ? l10n.t(
              "Questions, explanations and pieces of code work now. What you ask is sent to a server that you set up.",
            )
          : model?.bundled
            ? l10n.t(
                "Select a short function and ask what it does or what is wrong with it. Everything runs on this machine.",
              )
            : l10n.t("Questions, explanations and small pieces of code work now. Everything runs on this machine.")}
      </p>
      {model && (
        <p class="quiet">
          {model.bundled
            ? l10n.t(
                "{0} answers: a tiny model that comes with Trivium, {1}. Choose a larger one for anything else.",
                model.name,
                modelSize(model.sizeBytes),
              )
            : model.path === null
              ? l10n.t("{0} answers, on a server.", model.name)
              : l10n.t("{0} answers, {1}.", model.name, modelSize(model.sizeBytes))}
        </p>
      )}
      <ul class="examples" aria-label={l10n.t("Examples")}>
        {(model?.bundled ? starterExamples() : examples()).map((text) => (
          <li key={text}>
            <button type="button" class="example" onClick={() => fillInput(text)}>
              {text.split("\n")[0]}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
};
