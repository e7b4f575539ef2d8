import assert from "node:assert/strict";
import fc from "fast-check";
import { planLayout } from "./plan-layout.ts";

const step = (id: string, ...after: string[]) => ({ id, title: id, domain: "coder" as const, after, readOnly: true });
const place = (...steps: ReturnType<typeof step>[]) =>
  planLayout({ steps }).nodes.map(({ id, row, x }) => `${id}:${row}:${x}`);

describe("plan layout", () => {
  it("puts each step below those that it needs, and what may run together side by side", () => {
    const steps = [step("read"), step("test"), step("edit", "read"), step("report", "edit", "test")];
    assert.deepEqual(place(...steps), ["read:0:0.25", "test:0:0.75", "edit:1:0.5", "report:2:0.5"]);
    const { rows, edges } = planLayout({ steps });
    assert.equal(rows, 3);
    assert.deepEqual(
      edges.map(({ from, to }) => `${from.id}-${to.id}`),
      ["read-edit", "edit-report", "test-report"],
    );
  });

  it("ignores steps that are not there, itself, and what closes a circle", () => {
    assert.deepEqual(place(step("a", "gone", "a")), ["a:0:0.5"]);
    const { nodes, edges } = planLayout({ steps: [step("a", "b"), step("b", "a")] });
    assert.equal(nodes.length, 2);
    assert.equal(edges.length, 1);
    assert.deepEqual(planLayout({ steps: [] }), { rows: 0, nodes: [], edges: [] });
  });

  it("never overlaps, leaves the view, or points upwards, whatever the plan", () => {
    const ids = fc.integer({ min: 0, max: 9 }).map(String);
    const plans = fc.array(fc.record({ id: ids, after: fc.array(ids, { maxLength: 4 }) }), { maxLength: 12 });
    fc.assert(
      fc.property(plans, (given) => {
        const steps = given.map(({ id, after }) => step(id, ...after));
        const { nodes, edges } = planLayout({ steps });
        assert.equal(nodes.length, new Set(steps.map(({ id }) => id)).size);
        for (const node of nodes) {
          assert.ok(node.x - node.width / 2 >= -1e-9 && node.x + node.width / 2 <= 1 + 1e-9);
          const beside = nodes.filter((other) => other.row === node.row && other.id !== node.id);
          for (const other of beside) assert.ok(Math.abs(other.x - node.x) >= node.width - 1e-9);
        }
        for (const { from, to } of edges) assert.ok(from.row < to.row);
      }),
    );
  });
});
