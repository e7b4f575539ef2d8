/** The controls of a row that can take the focus, in order. */
const controlsOf = (row: Element): HTMLElement[] => [...row.querySelectorAll<HTMLElement>("button:enabled, a[href]")];

/**
 * Arrow Up and Arrow Down on a list of rows go to the control in the same place of the row before or after; to the
 * row's last control when it has fewer. Everything stays reachable with Tab as well.
 */
export const moveBetweenRows = (event: KeyboardEvent): void => {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof Element) || !(event.target instanceof HTMLElement)) return;
  const rows = [...event.currentTarget.children];
  const from = rows.findIndex((row) => event.target instanceof Node && row.contains(event.target));
  const to = rows[from + step];
  if (from < 0 || !to) return;
  const place = controlsOf(rows[from] ?? to).indexOf(event.target);
  const controls = controlsOf(to);
  const target = controls[Math.min(Math.max(0, place), controls.length - 1)];
  if (!target) return;
  event.preventDefault();
  target.focus();
};
