// Tabs as a row of one tab stop: arrow keys move between them.
interface TabsProps<T extends string> { label: string; tabs: readonly { id: T; label: string }[]; current: T; onChange: (id: T) => void }

export function Tabs<T extends string>({ label, tabs, current, onChange }: TabsProps<T>) {
  function onKey(event: KeyboardEvent): void {
    const at = tabs.findIndex((tab) => tab.id === current);
    const to = event.key === "ArrowRight" ? at + 1 : event.key === "ArrowLeft" ? at - 1 : event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : -1;
    const next = tabs[(to + tabs.length) % tabs.length];
    if (to === -1 && event.key !== "ArrowLeft") return;
    event.preventDefault();
    if (!next) return;
    onChange(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
      {tabs.map((tab) => (
        <button key={tab.id} id={`tab-${tab.id}`} type="button" role="tab" aria-selected={tab.id === current} tabIndex={tab.id === current ? 0 : -1}
          aria-controls={tab.id === current ? `panel-${tab.id}` : undefined} onClick={() => onChange(tab.id)}>{tab.label}</button>
      ))}
    </div>
  );
}
