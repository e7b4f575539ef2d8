import * as l10n from "@vscode/l10n";
import type { ModelsState } from "../../protocol/models.ts";
import { Menu } from "./menu.tsx";
import { usePage } from "./page-actions.ts";

/** Which profile is in use, and what can be done with profiles. */
export const ProfilePicker = ({ state }: { state: ModelsState }) => {
  const { post } = usePage();
  const { profile: id, profiles } = state;
  const current = profiles.find((profile) => profile.id === id);
  const items = [
    ...profiles.map((profile) => ({
      key: `use ${profile.id}`,
      label: profile.name,
      checked: profile.id === id,
      onChoose: () => post({ type: "useProfile", id: profile.id }),
    })),
  ];
  const actions = [
    { key: "duplicate", label: l10n.t("Duplicate…"), onChoose: () => post({ type: "duplicateProfile", id }) },
    { key: "import", label: l10n.t("Import…"), onChoose: () => post({ type: "importProfile" }) },
    { key: "export", label: l10n.t("Export…"), onChoose: () => post({ type: "exportProfile", id }) },
    { key: "delete", label: l10n.t("Delete…"), onChoose: () => post({ type: "deleteProfile", id }) },
  ];
  const name = current?.name ?? id;
  return (
    <div class="profiles" data-testid="profiles">
      <span class="quiet" aria-hidden="true">
        {l10n.t("Profile")}
      </span>
      <Menu label={l10n.t("Profile: {0}. Switch", name)} text={name} items={items} testId="profile-menu" />
      <Menu label={l10n.t("More actions for profile {0}", name)} items={actions} testId="profile-actions" />
    </div>
  );
};
