import type { Plan } from "../../protocol/plan.ts";

/** Where a step stands: its row counts from 0; `x` is its middle and `width` its room, as shares of the whole width. */
export interface PlanNode {
  readonly id: string;
  readonly row: number;
  readonly x: number;
  readonly width: number;
}

export interface PlanLayout {
  readonly rows: number;
  readonly nodes: readonly PlanNode[];
  /** From a step to one that needs its result. */
  readonly edges: readonly { readonly from: PlanNode; readonly to: PlanNode }[];
}

/**
 * Steps in rows by how many steps must be done before them, in the plan's order within a row. Rows share the width
 * evenly, so it works from the narrowest view on. A step that is not there counts for nothing, and neither does a
 * circle: what closes it is drawn as if it were not needed.
 */
export const planLayout = ({ steps }: Pick<Plan, "steps">): PlanLayout => {
  const after = new Map(steps.map((step) => [step.id, step.after]));
  const depths = new Map<string, number>();

  const depthOf = (id: string, above: ReadonlySet<string>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const before = (after.get(id) ?? []).filter((other) => after.has(other) && other !== id && !above.has(other));
    const path = new Set([...above, id]);
    const depth = before.reduce((most, other) => Math.max(most, depthOf(other, path) + 1), 0);
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of steps) depthOf(id, new Set());

  const ids = [...after.keys()];
  const rowOf = (id: string): number => depths.get(id) ?? 0;
  const rows = ids.reduce((most, id) => Math.max(most, rowOf(id) + 1), 0);
  const nodes = Array.from({ length: rows }, (_, row) => ids.filter((id) => rowOf(id) === row)).flatMap((inRow, row) =>
    inRow.map((id, at) => ({ id, row, x: (at + 0.5) / inRow.length, width: 1 / inRow.length })),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = nodes.flatMap((to) =>
    [...new Set(after.get(to.id))].flatMap((id) => {
      const from = byId.get(id);
      return from && from.row < to.row ? [{ from, to }] : [];
    }),
  );
  return { rows, nodes, edges };
};
