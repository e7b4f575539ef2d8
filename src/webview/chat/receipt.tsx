import * as l10n from "@vscode/l10n";
import type { Receipt, ReceiptPart } from "../../protocol/receipt.ts";
import { sentText } from "../run-words.ts";
import { tokenCount } from "../text.ts";
import { Icon } from "./icon.tsx";

const sentIcons = { whole: "check", cut: "warning", "left-out": "circle-slash" } as const;
const order = { "left-out": 0, cut: 1, whole: 2 } as const;

/** What did not go in is what one looks for, so it stands first; the rest keeps its order. */
const noticeableFirst = (parts: readonly ReceiptPart[]): ReceiptPart[] =>
  parts.toSorted((a, b) => order[a.sent] - order[b.sent]);

const Call = ({ receipt, number }: { receipt: Receipt; number: number }) => (
  <table>
    <caption>
      {l10n.t(
        "Call {0}: {1}, {2}. Context of {3} tokens, {4} of them kept for the answer",
        number,
        receipt.role,
        receipt.model,
        tokenCount(receipt.contextSize),
        tokenCount(receipt.reserved),
      )}
    </caption>
    <thead>
      <tr>
        <th scope="col">{l10n.t("Part")}</th>
        <th scope="col">{l10n.t("Tokens")}</th>
        <th scope="col">{l10n.t("Sent")}</th>
      </tr>
    </thead>
    <tbody>
      {noticeableFirst(receipt.parts).map((part, index) => (
        <tr key={index} class={part.sent}>
          <td>{part.name}</td>
          <td class="number">{part.tokens}</td>
          <td>
            <Icon name={sentIcons[part.sent]} />
            {sentText(part.sent)}
          </td>
        </tr>
      ))}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">{l10n.t("Total")}</th>
        <td class="number">{receipt.tokens}</td>
        <td />
      </tr>
    </tfoot>
  </table>
);

/** A ring that is filled as the context is. The numbers stand beside it. */
const Ring = ({ share }: { share: number }) => (
  <svg class="ring" viewBox="0 0 12 12" aria-hidden="true">
    <circle cx="6" cy="6" r="4.5" pathLength="1" />
    <circle class="used" cx="6" cy="6" r="4.5" pathLength="1" stroke-dasharray={`${Math.min(1, share)} 1`} />
  </svg>
);

interface ReceiptButtonProps {
  share: number;
  open: boolean;
  /** The id of what it opens. */
  controls: string;
  onToggle: () => void;
}

export const ReceiptButton = ({ share, open, controls, onToggle }: ReceiptButtonProps) => (
  <button
    type="button"
    class="text-button"
    data-testid="receipt-toggle"
    aria-expanded={open}
    aria-controls={open ? controls : undefined}
    title={l10n.t("What was sent to the model")}
    onClick={onToggle}
  >
    <Ring share={share} />
    {l10n.t("receipt")}
  </button>
);

/** One table for each model call: what was sent, what was cut, what was left out. */
export const ReceiptTables = ({ receipts, id }: { receipts: readonly Receipt[]; id: string }) => (
  <div id={id} class="receipt details" data-testid="receipt">
    {receipts.map((receipt, index) => (
      <Call key={index} receipt={receipt} number={index + 1} />
    ))}
  </div>
);
