// Why each part of a run is where it is, as a sentence each: the core knows of parents, gates, backoffs and pauses, the
// conductor of slots and of other runs. Changes nothing.
#include <algorithm>

#include "engine/cache.hpp"
#include "engine/slots.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::run::Account;
using core::run::Index;
using core::run::RunState;
using core::run::TaskState;

namespace {

std::string ended_sentence(const std::string& state, const std::string& reason) {
    return "has ended: it is " + state + (reason.empty() ? "" : ": " + reason);
}

// Of an instance that asks for an approval.
std::string asked_sentence(const ApprovalDesk& desk, const core::run::Instance& instance) {
    const OpenApproval* open = instance.state == TaskState::Awaiting ? desk.of_task(instance.id) : nullptr;
    if (open == nullptr) {
        return "";
    }
    return core::approval::waiting_sentence(open->row.needed, open->role(), open->row.deadline_at, open->votes) + " (approval " +
           std::to_string(open->row.id) + ": " + open->row.title + ")";
}

// "2 running, 3 waiting"
std::string count_text(const std::vector<Account>& accounts) {
    std::map<std::string, int> counts;
    for (const Account& each : accounts) {
        ++counts[each.state];
    }
    std::string text;
    for (const auto& [state, count] : counts) {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + state;
    }
    return text.empty() ? "nothing of it has begun" : text;
}

}  // namespace

std::string Conductor::group_sentence(const ActiveRun& active) const {
    const core::dag::Concurrency& concurrency = active.run.workflow().concurrency;
    if (is_held(active.run)) {
        const core::run::Pause& pause = active.run.pauses().front();
        return "is queued, and paused by " + pause.by + " since " + to_iso(pause.at) + (pause.reason.empty() ? "" : ": " + pause.reason);
    }
    std::string holders;
    int before = 0;
    for (const auto& [id, other] : runs_) {
        if (other->finished || other->run.workflow().concurrency.group != concurrency.group) {
            continue;
        }
        if (is_open(other->run.state())) {
            holders += (holders.empty() ? "run " : ", run ") + std::to_string(id) + " (" + std::string(to_string(other->run.state())) + ")";
        } else if (id < active.row.id && !is_held(other->run)) {
            ++before;
        }
    }
    return "waits for room in concurrency group '" + concurrency.group + "' (limit " + std::to_string(concurrency.limit) + "), held by " +
           (holders.empty() ? "nobody: it begins at once" : holders) + "; " + std::to_string(before) + " queued before it";
}

void Conductor::explain_run(ExplainRunInput input, const std::optional<ports::EndedRun>& ended, Instant now) {
    const ExplainRunRequest& wanted = input.request;
    const ActiveRun* active = find(wanted.run);
    core::run::Changes changes;
    const bool taken_up = active == nullptr || active->finished;
    if (taken_up) {
        KONTOR_CHECK(ended.has_value());
        const Result<ActiveRun*> adopted = adopt(*ended, false, now, changes);
        if (!adopted) {
            answer({}, input.reply, adopted.error(), now);
            return;
        }
        active = *adopted;
    }
    const core::run::Run& run = active->run;
    if (!wanted.task.empty() && run.workflow().task_index(wanted.task) < 0) {
        answer({}, input.reply, not_found("explain", "workflow " + active->row.workflow + " has no task '" + wanted.task + "'"), now);
    } else {
        std::vector<Account> accounts = accounts_of(run, {wanted.country, wanted.task}, now);
        std::erase_if(accounts, [&](const Account& each) {
            return !wanted.countries.contains(each.country) || (wanted.task.empty() && each.state == to_string(TaskState::Succeeded));
        });
        JsonArray items;
        for (std::size_t at = 0; at < std::min(accounts.size(), explained_max); ++at) {
            Account& each = accounts[at];
            if (taken_up && !each.ended) {
                each.state = to_string(TaskState::Waiting);
                each.sentence = "never began: the run ended first";
            }
            if (const std::string asked = each.instance < 0 ? "" : asked_sentence(approvals_, run.instance(each.instance)); !asked.empty()) {
                each.sentence = asked;
            }
            if (each.sentence.empty()) {
                each.sentence = Slots(*this).sentence(*active, each.instance, wanted.countries);
            }
            if (const std::string why = each.instance < 0 ? "" : ResultCache(*this).sentence(*active, each.instance, now); !why.empty()) {
                each.sentence += (each.sentence.empty() ? "" : "; ") + why;
            }
            items.push_back(JsonObject{
                {"task", each.task}, {"country", each.country}, {"item", each.item}, {"state", each.state}, {"sentence", each.sentence}
            });
        }
        std::string sentence;
        if (taken_up) {
            sentence = ended_sentence(ended->run.state, wanted.countries.is_all() ? ended->run.reason : "");
        } else if (run.state() == RunState::Queued) {
            sentence = group_sentence(*active);
        } else if (!run.cancel_reason().empty()) {
            sentence = "is being cancelled" + (wanted.countries.is_all() ? ": " + run.cancel_reason() : "");
        } else if (run.state() == RunState::Paused) {
            const core::run::Pause& pause = run.pauses().front();
            sentence = "is paused by " + pause.by + " since " + to_iso(pause.at) + (pause.reason.empty() || !wanted.countries.is_all() ? "" : ": " + pause.reason) + "; " + count_text(accounts);
        } else {
            sentence = "is running; " + count_text(accounts);
        }
        const JsonObject body{
            {"run", wanted.run}, {"state", taken_up ? ended->run.state : std::string(to_string(run.state()))}, {"sentence", std::move(sentence)},
            {"items", std::move(items)}, {"more", static_cast<std::int64_t>(accounts.size() - std::min(accounts.size(), explained_max))}
        };
        answer({}, input.reply, Reply{200, to_text(body)}, now);
    }
    if (taken_up) {
        runs_.erase(wanted.run);
    }
}

}  // namespace kontor::engine
