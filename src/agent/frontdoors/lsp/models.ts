import type { Connection } from "vscode-languageserver/node";
import { ledgerList } from "../../../protocol/ledger.ts";
import {
  downloadCancel,
  downloadPause,
  downloadResume,
  downloadStart,
  modelsBench,
  modelsChanged,
  modelsImport,
  modelsLoad,
  modelsPlan,
  modelsRemove,
  modelsUnload,
  modelsUseFor,
  modelsWatch,
  profileDelete,
  profileImport,
  profileSave,
  profileUse,
  secretChanged,
} from "../../../protocol/models.ts";
import { parse } from "../../../protocol/rpc.ts";
import type { Agent } from "../../agent.ts";
import { inWords } from "../../failures.ts";
import type { Log } from "../../ports/log.ts";
import { createServing } from "./serve.ts";

/** Serves what the Models page asks for: models, downloads, profiles and the ledger. */
export const serveModels = (connection: Connection, log: Log, agentNow: () => Promise<Agent>): void => {
  const { on, does } = createServing(connection, log, agentNow);

  let watching: (() => void) | undefined;
  on(modelsWatch, async ({ models }, { watch }) => {
    watching?.();
    watching = watch
      ? models.watch((state) => void connection.sendNotification(modelsChanged.method, state))
      : undefined;
    return { ok: true, ...(await models.state()) };
  });
  const ignore = (): void => undefined;
  does(modelsLoad, ({ models }, { id }, signal) => models.actions.load(id, ignore, signal));
  does(modelsUnload, ({ models }, { id }, signal) => models.actions.unload(id, signal));
  does(modelsRemove, ({ models }, { id }, signal) => models.actions.remove(id, signal));
  on(modelsImport, ({ models }, request, signal) => models.actions.import(request, ignore, signal));
  on(modelsPlan, ({ models }, { id }, signal) => models.actions.plan(id, signal));
  does(modelsUseFor, ({ models }, { id, role }) => models.actions.useFor(id, role));
  on(modelsBench, ({ models }, { id }, signal) => models.actions.bench(id, ignore, signal));
  on(downloadStart, ({ models }, { catalogId, file }) => models.actions.download(catalogId, file));
  does(downloadPause, async ({ models }, { id }) => inWords((await models.library()).downloads.pause(id)));
  does(downloadResume, async ({ models }, { id }) => inWords((await models.library()).downloads.resume(id)));
  does(downloadCancel, async ({ models }, { id }) => inWords(await (await models.library()).downloads.cancel(id)));
  does(profileUse, ({ models }, { id }) => models.useProfile(id));
  does(profileSave, ({ models }, { profile }) => models.saveProfile(profile));
  does(profileDelete, ({ models }, { id }) => models.removeProfile(id));
  on(profileImport, async ({ models }, { path }) => models.importProfile(path));
  connection.onNotification(secretChanged.method, async (raw: unknown) => {
    const changed = parse(secretChanged.params, raw);
    if (changed.ok) (await agentNow()).models.keyChanged(changed.value.engine);
    else log.warn(`${secretChanged.method} not understood: ${changed.issues.join("; ")}`);
  });
  on(ledgerList, async ({ ledger }, { limit }) => ({ ok: true, entries: ledger(limit) }));
};
