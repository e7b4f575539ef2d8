import * as l10n from "@vscode/l10n";
import type { ComponentChildren, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import type { Amounts, Budget } from "../../protocol/budget.ts";
import { budgetShare, budgetTexts } from "../budget-words.ts";
import type { TurnView } from "../state.ts";
import { useActions } from "./actions.ts";

const perMinute = 60_000;

const Limits = ({
  limit,
  onSet,
  onClose,
}: {
  limit: Amounts;
  onSet: (limit: Amounts) => void;
  onClose: () => void;
}) => {
  const fields = [
    { name: "steps", label: l10n.t("Calls"), value: limit.steps, step: 1 },
    { name: "tokens", label: l10n.t("Tokens"), value: limit.tokens, step: 1 },
    { name: "minutes", label: l10n.t("Minutes"), value: limit.ms / perMinute, step: "any" },
    { name: "wattHours", label: l10n.t("Watt-hours"), value: limit.wattHours, step: "any" },
  ] as const;

  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    // An empty field is no limit, as 0 is.
    const amount = (name: (typeof fields)[number]["name"]): number => Math.max(0, Number(data.get(name)) || 0);
    onSet({
      steps: Math.round(amount("steps")),
      tokens: Math.round(amount("tokens")),
      ms: Math.round(amount("minutes") * perMinute),
      wattHours: amount("wattHours"),
    });
  };

  return (
    <form
      class="limits"
      data-testid="limits"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // Esc closes what is open first; the turn goes on.
        event.preventDefault();
        onClose();
      }}
    >
      <p>{l10n.t("The most that this turn may use; 0 is no limit.")}</p>
      {fields.map(({ name, label, value, step }) => (
        <label key={name}>
          {label}
          <input type="number" name={name} min={0} step={step} defaultValue={String(value)} />
        </label>
      ))}
      <button type="submit" class="small-button">
        {l10n.t("Set")}
      </button>
    </form>
  );
};

interface BudgetBarProps {
  turn: TurnView;
  /** null: nothing is known yet. */
  budget: Budget | null;
  /** Further buttons in its line. */
  children?: ComponentChildren;
}

/** What the turn has used of what it may: one thin bar for the amount that is nearest its limit, all of them as text. */
export const BudgetBar = ({ turn, budget, children }: BudgetBarProps) => {
  const { post, announce } = useActions();
  const [open, setOpen] = useState(false);
  const adjustable = turn.state === "running" && budget !== null;
  const share = budget && budgetShare(budget);

  const set = (limit: Amounts) => {
    post({ type: "limit", turnId: turn.id, limit });
    announce(l10n.t("Budget set"));
    setOpen(false);
  };

  return (
    <div class="budget" data-testid="budget">
      {share !== null && (
        <div class="track" aria-hidden="true">
          <div style={{ width: `${Math.min(100, share * 100)}%` }} />
        </div>
      )}
      <div class="line">
        <ul aria-label={l10n.t("Used of the turn's budget")}>
          {(budget ? budgetTexts(budget) : []).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        {adjustable && (
          <button type="button" class="text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {l10n.t("adjust")}
          </button>
        )}
        {children}
      </div>
      {adjustable && open && <Limits limit={budget.limit} onSet={set} onClose={() => setOpen(false)} />}
    </div>
  );
};
