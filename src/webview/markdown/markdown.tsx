import * as l10n from "@vscode/l10n";
import type { MarkedToken, Token, Tokens } from "marked";
import type { ComponentChildren, TargetedMouseEvent } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { useActions } from "../chat/actions.ts";
import { extendBlocks, headingLevels, noBlocks } from "./blocks.ts";
import { CodeBlock } from "./code-block.tsx";
import { allowedLink, resolveReferences } from "./link.ts";
import { ScrollBox } from "./scroll-box.tsx";
import { visibleText } from "./visible-text.ts";

const headingTags = ["h3", "h4", "h5", "h6"] as const;

const Link = ({ token }: { token: Tokens.Link }) => {
  const { post } = useActions();
  const url = allowedLink(token.href);
  const content = inline(token.tokens);
  if (url === null) return <span>{content}</span>;
  // The click is ours alone: the editor's own handler would open the address a second time.
  const open = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    event.preventDefault();
    event.stopPropagation();
    post({ type: "openLink", url });
  };
  return (
    <a href={url} title={url} onClick={open}>
      {content}
    </a>
  );
};

/** marked's own token types; a token of an extension cannot occur, as none is registered. */
const known = (token: Token): MarkedToken => token as MarkedToken;

const inline = (tokens: readonly Token[]): ComponentChildren => tokens.map((token) => inlineToken(known(token)));

const inlineToken = (token: MarkedToken): ComponentChildren => {
  switch (token.type) {
    case "strong":
      return <strong>{inline(token.tokens)}</strong>;
    case "em":
      return <em>{inline(token.tokens)}</em>;
    case "del":
      return <del>{inline(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Link token={token} />;
    case "image":
      return <span class="image-text">{inline(token.tokens)}</span>;
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    case "escape":
      return token.text;
    case "text":
      return token.tokens ? inline(token.tokens) : visibleText(resolveReferences(token.text));
    case "paragraph":
      return inline(token.tokens);
    default:
      return token.raw;
  }
};

const Item = ({ item }: { item: Tokens.ListItem }) => (
  <li class={item.task ? "task" : undefined}>
    {item.tokens.map((token) => (isInline(token) ? inlineToken(known(token)) : block(known(token), inside)))}
  </li>
);

const isInline = (token: Token): boolean => token.type === "text" || token.type === "checkbox";

const List = ({ list }: { list: Tokens.List }) => {
  const items = list.items.map((item, index) => <Item key={index} item={item} />);
  return list.ordered ? <ol start={list.start === "" ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
};

const cellClass = (align: Tokens.TableCell["align"]) => (align ? `align-${align}` : undefined);

const Table = ({ table }: { table: Tokens.Table }) => (
  <ScrollBox class="table" label={l10n.t("Table: {0}", table.header.map(({ text }) => text).join(", "))}>
    <table>
      <thead>
        <tr>
          {table.header.map((cell, index) => (
            <th key={index} scope="col" class={cellClass(cell.align)}>
              {inline(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column} class={cellClass(cell.align)}>
                {inline(cell.tokens)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </ScrollBox>
);

interface Place {
  /** True for a block that is still being written. */
  open: boolean;
  /** The level of a heading; 0 inside a list or a quote, where a heading is only emphasis. */
  level: number;
}

const inside: Place = { open: false, level: 0 };

const block = (token: MarkedToken, { open, level }: Place): ComponentChildren => {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading": {
      const Tag = headingTags[level - 3];
      const content = inline(token.tokens);
      return Tag ? (
        <Tag>{content}</Tag>
      ) : (
        <p>
          <strong>{content}</strong>
        </p>
      );
    }
    case "code":
      return <CodeBlock code={token.text} language={token.lang?.split(/\s/)[0] ?? ""} open={open} />;
    case "blockquote":
      return <blockquote>{token.tokens.map((inner) => block(known(inner), inside))}</blockquote>;
    case "list":
      return <List list={token} />;
    case "table":
      return <Table table={token} />;
    case "hr":
      return <hr />;
    case "html":
      return <p class="raw">{token.raw.trimEnd()}</p>;
    default:
      return <p>{inlineToken(token)}</p>;
  }
};

/** Drawn again only when its text changed. */
const Block = ({ token, open, level }: Place & { token: Token }) =>
  useMemo(() => <>{block(known(token), { open, level })}</>, [token.raw, open, level]);

/**
 * An answer as elements, never as HTML: the model's text can only become the elements written in this file.
 * Raw HTML and images are shown as their text, links other than https as plain text, and nothing is there unseen.
 */
export const Markdown = ({ text, streaming }: { text: string; streaming: boolean }) => {
  const last = useRef(noBlocks);
  // A finished answer is read from the start, so that it looks the same however it arrived.
  const blocks = extendBlocks(streaming ? last.current : noBlocks, visibleText(text));
  last.current = blocks;
  const levels = headingLevels(blocks.tokens);
  return blocks.tokens.map((token, index) =>
    token.type === "space" ? null : (
      <Block key={index} token={token} open={streaming && index >= blocks.settled} level={levels[index] ?? 0} />
    ),
  );
};
