import { Lexer, type Links, type Token } from "marked";

/**
 * An answer cut into top-level markdown blocks. The first `settled` blocks (`offset` characters of `source`) can no
 * longer change while text is only appended, so they are kept as they are: a long answer costs no more per token than
 * a short one.
 */
export interface Blocks {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly settled: number;
  readonly offset: number;
  readonly links: Links;
}

export const noBlocks: Blocks = { source: "", tokens: [], settled: 0, offset: 0, links: {} };

/** The blocks of `text`, reusing those of `previous` when `text` continues it. */
export const extendBlocks = (previous: Blocks, text: string): Blocks => {
  const source = text.replace(/\r\n?/g, "\n");
  const base = source.startsWith(previous.source) ? previous : noBlocks;
  if (base.source === source) return base;

  // Models write a calculation line by line, and mean the lines.
  const lexer = new Lexer({ gfm: true, breaks: true });
  Object.assign(lexer.tokens.links, base.links);
  const tail = lexer.lex(source.slice(base.offset));

  // The last block may still grow or become another kind (a paragraph a table); all before it are final.
  const open = tail.findLastIndex((token) => token.type !== "space");
  let { settled, offset } = base;
  for (const token of tail.slice(0, Math.max(0, open))) {
    if (!source.startsWith(token.raw, offset)) break;
    settled += 1;
    offset += token.raw.length;
  }
  const tokens = [...base.tokens.slice(0, base.settled), ...tail];
  return { source, tokens, settled, offset, links: { ...lexer.tokens.links } };
};

/**
 * The level of each heading among `tokens`, from 3 on (the turn's own heading is 2) and without gaps, whatever depths
 * the model chose; 0 for the other blocks. It depends only on what stands before, so it never changes while streaming.
 */
export const headingLevels = (tokens: readonly Token[]): number[] => {
  const above: number[] = [];
  return tokens.map((token) => {
    if (token.type !== "heading") return 0;
    const depth: number = token["depth"];
    while ((above.at(-1) ?? 0) >= depth) above.pop();
    above.push(depth);
    return Math.min(6, 2 + above.length);
  });
};
