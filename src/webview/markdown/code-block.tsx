import * as l10n from "@vscode/l10n";
import DOMPurify from "dompurify";
import hljs from "highlight.js/lib/common";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useActions } from "../chat/actions.ts";
import { IconButton } from "../chat/icon.tsx";
import { ScrollBox } from "./scroll-box.tsx";

/** Colouring reads the whole block each time, so a long one gets its colours when it is complete, a huge one none. */
const colouredWhileOpen = 8_000;
const colouredAtAll = 100_000;

const canColour = (language: string, length: number, open: boolean): boolean =>
  hljs.getLanguage(language) !== undefined && length <= (open ? colouredWhileOpen : colouredAtAll);

/**
 * The code as coloured nodes, or as plain text. The highlighter is the only place where HTML is made from the model's
 * text; it passes DOMPurify, which leaves nothing but spans with a class.
 */
const colour = (code: string, language: string, open: boolean): Node => {
  if (!canColour(language, code.length, open)) return document.createTextNode(code);
  const { value } = hljs.highlight(code, { language, ignoreIllegals: true });
  return DOMPurify.sanitize(value, { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"], RETURN_DOM_FRAGMENT: true });
};

const Code = ({ code, language, open }: CodeBlockProps) => {
  const element = useRef<HTMLElement>(null);
  useLayoutEffect(() => element.current?.replaceChildren(colour(code, language, open)), [code, language, open]);
  return useMemo(() => <code ref={element} />, []);
};

interface CodeBlockProps {
  code: string;
  language: string;
  /** True while it is still being written. */
  open: boolean;
}

const CopyButton = ({ code }: { code: string }) => {
  const { post, announce } = useActions();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () => {
    post({ type: "copy", text: code });
    announce(l10n.t("Code copied"));
    setCopied(true);
  };
  return <IconButton icon={copied ? "check" : "copy"} label={l10n.t("Copy code")} onClick={copy} />;
};

export const CodeBlock = ({ code, language, open }: CodeBlockProps) => {
  const { post } = useActions();
  return (
    <div class="code-block">
      <div class="bar">
        <span class="language">{language || l10n.t("text")}</span>
        <CopyButton code={code} />
        <IconButton
          icon="insert"
          label={l10n.t("Insert at cursor")}
          onClick={() => post({ type: "insertCode", code })}
        />
      </div>
      <ScrollBox class="code" label={language ? l10n.t("Code, {0}", language) : l10n.t("Code")}>
        <pre>
          <Code code={code} language={language} open={open} />
        </pre>
      </ScrollBox>
    </div>
  );
};
