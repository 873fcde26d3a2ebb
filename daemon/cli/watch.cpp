#include "cli/watch.hpp"

#include "cli/cli.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace kontor::cli {
namespace {

constexpr std::chrono::milliseconds look_every{500};
// A daemon that is restarted recovers within seconds; a standby takes over within its lease.
constexpr std::chrono::milliseconds daemon_absence_max{60'000};
constexpr std::size_t bar_width = 20;
// Reasons shown at the end of a run that failed; the rest is a command away.
constexpr const char* reasons_max = "5";

std::int64_t count(const Json& counts, std::string_view state) {
    const Json* value = member(counts, state);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

const Json& counts_of(const Json& task) {
    static const Json none = JsonObject{};
    const Json* counts = member(task, "counts");
    return counts != nullptr ? *counts : none;
}

// Those that have not started included, as far as the daemon knows of them.
std::int64_t total(const Json& task) {
    const Json& counts = counts_of(task);
    std::int64_t sum = 0;
    if (const auto* object = counts.if_object()) {
        for (const auto& entry : *object) {
            sum += count(counts, entry.key());
        }
    }
    return std::max(sum, count(task, "total"));
}

std::int64_t settled(const Json& counts) {
    std::int64_t sum = 0;
    for (const std::string_view state : {"succeeded", "failed", "dead", "skipped", "cancelled"}) {
        sum += count(counts, state);
    }
    return sum;
}

std::string bar(std::int64_t done, std::int64_t all) {
    const std::size_t full =
        all > 0 ? bar_width * static_cast<std::size_t>(done) / static_cast<std::size_t>(all) : 0;
    std::string text;
    for (std::size_t i = 0; i < bar_width; ++i) {
        text += i < full ? "█" : "░";
    }
    return text;
}

const JsonArray& tasks_of(const Json& run) {
    static const JsonArray none;
    const Json* tasks = member(run, "tasks");
    return tasks != nullptr && tasks->is_array() ? tasks->get_array() : none;
}

Style row_style(const Json& task) {
    const Json& counts = counts_of(task);
    if (count(counts, "failed") + count(counts, "dead") > 0) {
        return Style::Bad;
    }
    return settled(counts) == total(task) && total(task) > 0 ? Style::Good : Style::Busy;
}

bool has_ended(std::string_view state) {
    return state == "succeeded" || state == "failed" || state == "cancelled";
}

void print_reasons(Session& session, std::int64_t run) {
    const std::string path = "/v1/runs/" + std::to_string(run) + "/tasks";
    for (const char* state : {"dead", "failed"}) {
        const Result<Json> tasks =
            session.client.get(with_query(path, {{"state", state}, {"limit", reasons_max}}));
        const Json* items = tasks ? member(*tasks, "items") : nullptr;
        if (items == nullptr || !items->is_array()) {
            continue;
        }
        for (const Json& task : items->get_array()) {
            const std::string country = text_member(task, "country");
            session.around.err << "  " << text_member(task, "task")
                               << (country.empty() ? "" : " " + country) << ": "
                               << printable(text_member(task, "reason", "no reason was given"))
                               << '\n';
        }
    }
    session.around.err << "See 'kontor dlq list' for what can be redriven, 'kontor tasks " << run
                       << "' for all tasks.\n";
}

int finish(Session& session, const Json& run, std::int64_t id) {
    const std::string state = text_member(run, "state");
    const bool as_json = printed_as_json(session, run);
    if (!as_json) {
        const std::string reason = text_member(run, "reason");
        session.around.out << "Run " << id << " "
                           << styled(session.around.terminal, state_style(state), state)
                           << " after " << time_between(run, "created_at", "finished_at")
                           << (reason.empty() ? "" : ": " + printable(reason)) << '\n';
    }
    if (state == "failed") {
        print_reasons(session, id);
        return ExitFailed;
    }
    return state == "cancelled" ? ExitCancelled : ExitOk;
}

}  // namespace

std::string progress_table(const Json& run, const Terminal& terminal) {
    const std::string state = text_member(run, "state");
    const Json* id = member(run, "id");
    std::string text = "Run " + (id != nullptr ? to_text(*id) : "?") + " " +
                       text_member(run, "workflow") + " " +
                       styled(terminal, state_style(state), state) + "\n";
    std::vector<std::vector<Cell>> rows;
    for (const Json& task : tasks_of(run)) {
        const Json& counts = counts_of(task);
        const std::string done =
            std::to_string(settled(counts)) + "/" + std::to_string(total(task));
        rows.push_back(
            {{text_member(task, "name")},
             {bar(settled(counts), total(task)), row_style(task)},
             {done},
             {counts_text(counts)}}
        );
    }
    return text +
           lay_out({{"TASK"}, {"PROGRESS"}, {"DONE", Align::Right}, {"STATES"}}, rows, terminal);
}

std::vector<std::string> progress_changes(const Json& before, const Json& now) {
    std::vector<std::string> lines;
    const JsonArray& old_tasks = tasks_of(before);
    for (const Json& task : tasks_of(now)) {
        const std::string name = text_member(task, "name");
        const auto old = std::find_if(old_tasks.begin(), old_tasks.end(), [&](const Json& one) {
            return text_member(one, "name") == name;
        });
        const Json& counts = counts_of(task);
        const std::string text = counts_text(counts);
        const bool changed =
            old == old_tasks.end() ? text != "-" : counts_text(counts_of(*old)) != text;
        if (changed) {
            lines.push_back(
                name + ": " + std::to_string(settled(counts)) + "/" +
                std::to_string(total(task)) + " (" + text + ")"
            );
        }
    }
    return lines;
}

int watch_run(Session& session, std::int64_t run) {
    const bool redraw = session.around.terminal.is_tty && session.output == Output::Table;
    const std::string path = "/v1/runs/" + std::to_string(run);
    Json before;
    std::size_t lines_drawn = 0;
    std::chrono::milliseconds absent{0};
    for (;;) {
        const Result<Json> now = session.client.get(path);
        if (!now) {
            const bool may_return = now.error().kind == ErrorKind::Unavailable ||
                                    now.error().kind == ErrorKind::Timeout;
            if (!may_return || absent >= daemon_absence_max) {
                return report(session.around, now.error());
            }
            if (absent.count() == 0) {
                session.around.err << "The daemon does not answer; an accepted run goes on once it "
                                      "is back. Waiting for it.\n";
                lines_drawn = 0;
            }
            absent += look_every;
            session.around.pause(look_every);
            continue;
        }
        absent = std::chrono::milliseconds(0);
        if (redraw) {
            const std::string table = progress_table(*now, session.around.terminal);
            if (lines_drawn > 0) {
                session.around.out << "\x1b[" << lines_drawn << "A\x1b[J";
            }
            session.around.out << table << std::flush;
            lines_drawn = static_cast<std::size_t>(std::count(table.begin(), table.end(), '\n'));
        } else if (session.output == Output::Table) {
            for (const std::string& line : progress_changes(before, *now)) {
                session.around.out << line << '\n';
            }
            session.around.out << std::flush;
        }
        if (has_ended(text_member(*now, "state"))) {
            return finish(session, *now, run);
        }
        before = *now;
        session.around.pause(look_every);
    }
}

}  // namespace kontor::cli
