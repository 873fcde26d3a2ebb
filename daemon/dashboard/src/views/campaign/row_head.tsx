// What stands before a country's cells: its model in force, what that changed, its dead letters, what it owes, and how it did before.
import { raisedAlarms } from "../../alarms";
import { LookGlyph } from "../../components/icons";
import { count, countryName, dayOfYear, signed } from "../../format";
import { pins, togglePin } from "../../grid/pins";
import type { GridStore } from "../../grid/store";
import { lookOf, looks } from "../../looks";
import { monthsDue, waitingOf } from "../../months_due";
import type { Period, ReportStatus, RowHead } from "../../types";

function Strip({ strip, periods }: { strip: RowHead["strip"]; periods: Period[] }) {
  if (periods.length === 0) return null;
  const words = periods.map((period, index) => {
    const state = strip[index];
    return `${period.period || period.started_at.slice(0, 10)}: ${state ? looks[lookOf(state)].word : "not in it"}`;
  });
  return (
    <span class="strip" role="img" aria-label={`Before: ${words.join(", ")}`} title={words.join("\n")}>
      {periods.map((period, index) => {
        const state = strip[index];
        return <span key={period.correlation} class={state ? `strip-tile l-${lookOf(state)}` : "strip-tile none"}>{state && <LookGlyph look={lookOf(state)} />}</span>;
      })}
    </span>
  );
}

export function CountryHead({ store, country }: { store: GridStore; country: string }) {
  const pinned = pins.value.has(country);
  const alarms = raisedAlarms.value.get(country) ?? [];
  const letters = store.heads.value.get(country)?.dead_letters ?? 0;
  return (
    <th scope="row" class="country-head">
      <span class="country-line">
        <button type="button" class={pinned ? "pin on" : "pin"} aria-pressed={pinned} tabIndex={-1} onClick={() => togglePin(country)}
          aria-label={pinned ? `Unpin ${countryName(country)}` : `Pin ${countryName(country)} to the top`} title={pinned ? "Unpin" : "Pin to the top"}>
          <svg class="glyph" aria-hidden="true"><use href="#glyph-pin" /></svg>
        </button>
        <a href={`/models/${country}`} tabIndex={-1} title={countryName(country)}><b>{country}</b><span class="country-name">{countryName(country)}</span></a>
        {letters > 0 && (
          <a class="letters" href={`/dead-letters?country=${country}`} tabIndex={-1}
            aria-label={`${letters} dead letter${letters === 1 ? "" : "s"}`} title={`${letters} open dead letter${letters === 1 ? "" : "s"} in this campaign`}>{letters}</a>
        )}
        {alarms.length > 0 && (
          <a class="letters alarmed" href={`/alarms/${country}`} tabIndex={-1} aria-label={`${alarms.length} open alarm${alarms.length === 1 ? "" : "s"}`}
            title={alarms.map((alarm) => `${alarm.alarm}: ${alarm.sentence}`).join("\n")}>{alarms[0]?.alarm}</a>
        )}
      </span>
    </th>
  );
}

function Due({ month }: { month: ReportStatus }) {
  if (month.filed) return <span class="faint">filed</span>;
  return month.overdue ? <b class="late">{dayOfYear(month.due_on)}</b> : <>{dayOfYear(month.due_on)}</>;
}

function DueCell({ country }: { country: string }) {
  const month = monthsDue.value.get(country);
  const waiting = waitingOf(month);
  const backlog = `${count(waiting)} ${waiting === 1 ? "item waits" : "items wait"} for people`;
  return (
    <td class="due-cell" title={month && `${month.period}: ${month.filed ? "filed" : `due on ${month.due_on}${month.overdue ? ", late" : ""}`}, ${backlog}`}>
      {month ? <Due month={month} /> : <span class="faint">–</span>}
      {waiting > 0 && <a class="backlog" href={`/reviews?country=${country}`} tabIndex={-1} aria-label={backlog}>{count(waiting)}</a>}
    </td>
  );
}

export function WinnerCells({ store, country, periods }: { store: GridStore; country: string; periods: Period[] }) {
  const head = store.heads.value.get(country);
  const winner = head?.winner ?? null;
  const gain = winner ? signed(winner.gain) : "";
  return (
    <>
      <td class="winner-cell" title={winner ? `${winner.model} (${winner.family}), in force since ${winner.since}` : "no model in force"}>
        {winner ? <><span class="f1">{typeof winner.macro_f1 === "number" ? winner.macro_f1.toFixed(3) : "–"}</span>
          <span class={(winner.gain ?? 0) < 0 ? "gain worse" : "gain"}>{gain || <span class="faint">new</span>}</span></>
          : <span class="faint">–</span>}
      </td>
      <DueCell country={country} />
      {periods.length > 0 && <td class="strip-cell"><Strip strip={head?.strip ?? []} periods={periods} /></td>}
    </>
  );
}
