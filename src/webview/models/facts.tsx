import * as l10n from "@vscode/l10n";
import type { MemoryFit, MemoryNeed } from "../../protocol/memory.ts";
import { Icon } from "../chat/icon.tsx";
import { fileSize } from "../text.ts";
import { fitLook, fitTitle } from "./model-words.ts";

/** Short facts in one quiet line, with dots between them. */
export const Facts = ({ facts }: { facts: readonly string[] }) => (
  <p class="facts">
    {facts.map((fact, index) => (
      <span key={fact}>
        {fact}
        {index < facts.length - 1 && <span aria-hidden="true"> · </span>}
      </span>
    ))}
  </p>
);

/** The memory it takes, with icon, word and colour of how it fits. */
export const Fit = ({ need, fit }: { need: MemoryNeed | null; fit: MemoryFit | null }) => {
  if (!fit) return <span class="fit quiet">{need ? fileSize(need.totalBytes) : l10n.t("memory not known")}</span>;
  const { icon, word } = fitLook(fit);
  return (
    <span class={`fit fit-${fit}`} title={fitTitle(fit)} data-testid="fit">
      <Icon name={icon} />
      {need && <span class="number">{fileSize(need.totalBytes)}</span>}
      <span class="fit-word">{word}</span>
    </span>
  );
};

/** An https address that the editor asks about before it opens it. */
export const Link = ({ url, text, onOpen }: { url: string; text: string; onOpen: (url: string) => void }) => (
  <a
    href={url}
    title={url}
    onClick={(event) => {
      event.preventDefault();
      onOpen(url);
    }}
  >
    {text}
  </a>
);
