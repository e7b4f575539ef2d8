/** A codicon that carries no meaning of its own: the control or the text beside it has the name. */
export const Icon = ({ name }: { name: string }) => <span class={`codicon codicon-${name}`} aria-hidden="true" />;

interface IconButtonProps {
  icon: string;
  label: string;
  testId?: string;
  disabled?: boolean;
  onClick: () => void;
}

export const IconButton = ({ icon, label, testId, disabled, onClick }: IconButtonProps) => (
  <button
    type="button"
    class="icon-button"
    data-testid={testId}
    aria-label={label}
    title={label}
    disabled={disabled}
    onClick={onClick}
  >
    <Icon name={icon} />
  </button>
);
