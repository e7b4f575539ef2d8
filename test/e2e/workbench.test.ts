import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../support/workbench.ts";

describe("the workbench with Trivium", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench?.stop());

  it("shows the chat view with an input", async () => {
    await workbench.showChat();
    await workbench.chat.getByTestId("composer-input").waitFor();
  });

  it("opens the workspace's folder", async () => {
    await workbench.page.getByRole("treeitem", { name: "cart.ts" }).waitFor();
  });

  it("asks no other host for anything", () => {
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
