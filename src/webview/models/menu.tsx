import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../chat/icon.tsx";

export interface MenuItem {
  readonly key: string;
  readonly label: string;
  /** True or false for something that is on or off; undefined for an action. */
  readonly checked?: boolean | undefined;
  readonly onChoose: () => void;
}

interface MenuProps {
  readonly label: string;
  /** The button's visible words; an icon button with three dots without. */
  readonly text?: string | undefined;
  readonly items: readonly MenuItem[];
  readonly testId?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A button with a menu: Enter or Arrow Down opens it, arrows, Home and End move, Esc closes, Tab leaves. */
export const Menu = ({ label, text, items, testId, disabled }: MenuProps) => {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const options = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

  useLayoutEffect(() => {
    if (open) options()[0]?.focus();
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const closeOutside = ({ target }: Event) => {
      const inside = target instanceof Node && (list.current?.contains(target) || button.current?.contains(target));
      if (!inside) setOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) {
      if (event.key !== "ArrowDown" || event.target !== button.current || disabled) return;
      setOpen(true);
    } else if (event.key === "Escape") close();
    else if (event.key === "Tab") return setOpen(false);
    else if (!moveIn(options(), event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const choose = (item: MenuItem) => {
    close();
    item.onChoose();
  };

  return (
    <div class="menu">
      <button
        ref={button}
        type="button"
        class={text === undefined ? "icon-button" : "button quiet-button"}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-testid={testId}
        disabled={disabled}
        onKeyDown={onKeyDown}
        onClick={() => setOpen(!open)}
      >
        {text === undefined ? <Icon name="ellipsis" /> : <span class="menu-text">{text}</span>}
        {text !== undefined && <Icon name="chevron-down" />}
      </button>
      {open && (
        <div ref={list} id={id} class="menu-list" role="menu" aria-label={label} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              class="menu-item"
              {...(item.checked === undefined
                ? { role: "menuitem" }
                : { role: "menuitemcheckbox", "aria-checked": item.checked })}
              tabIndex={-1}
              onClick={() => choose(item)}
            >
              <span class="menu-check">{item.checked && <Icon name="check" />}</span>
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
};

/** Moves the focus as menus do; false for a key that means nothing here. */
const moveIn = (options: readonly HTMLElement[], key: string): boolean => {
  const at = options.findIndex((option) => option.matches(":focus"));
  const last = options.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at === last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  if (target === undefined) return false;
  options[target]?.focus();
  return true;
};
