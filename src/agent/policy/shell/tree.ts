import type { Tree } from "web-tree-sitter";

/** A node of the grammar's tree as plain data; offsets in UTF-16 units. */
export interface ShellNode {
  readonly type: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly parent: ShellNode | null;
  readonly children: readonly ShellNode[];
}

/** All nodes in the order of the text, the root first. Without recursion: commands may be nested as deep as they are long. */
export const nodesOf = (tree: Tree, source: string): readonly ShellNode[] => {
  const cursor = tree.walk();
  const nodes: ShellNode[] = [];
  const above: { node: ShellNode; children: ShellNode[] }[] = [];
  const visit = (): void => {
    const { nodeType: type, startIndex: start, endIndex: end } = cursor;
    const parent = above.at(-1);
    const children: ShellNode[] = [];
    const node = { type, start, end, parent: parent?.node ?? null, children, text: source.slice(start, end) };
    parent?.children.push(node);
    nodes.push(node);
    above.push({ node, children });
  };
  try {
    visit();
    for (;;) {
      if (cursor.gotoFirstChild()) {
        visit();
        continue;
      }
      for (;;) {
        above.pop();
        if (above.length === 0) return nodes;
        if (cursor.gotoNextSibling()) break;
        cursor.gotoParent();
      }
      visit();
    }
  } finally {
    cursor.delete();
  }
};
