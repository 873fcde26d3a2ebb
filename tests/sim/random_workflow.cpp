#include "sim/random_workflow.hpp"

#include <array>

#include "sim/ticks.hpp"
#include "zones/zones.hpp"

namespace kontor::sim {
namespace {

using namespace core;

expr::Template value_of(const Json& value) {
    const Result<expr::Template> compiled = expr::compile(value);
    KONTOR_CHECK(compiled.has_value());
    return *compiled;
}

expr::Program program_of(std::string_view text) {
    const Result<expr::Program> parsed = expr::parse(text);
    KONTOR_CHECK(parsed.has_value());
    return *parsed;
}

void add_uses(dag::TaskNode& task, int workflow, Prng& prng) {
    const std::uint64_t dice = prng.below(20);
    if (dice == 0) {
        task.uses = "sleep";
        task.with = value_of(JsonObject{{"for", "3s"}});
    } else if (dice == 1 && workflow == 0) {
        task.uses = "event.emit";
        task.with = value_of(JsonObject{{"type", "sim.event"}, {"data", JsonObject{{"country", "AA"}}}});
    } else if (dice == 2 && workflow == 0) {
        task.uses = "workflow.run";
        task.with = value_of(JsonObject{{"workflow", "w2"}, {"params", JsonObject{{"countries", JsonArray{"AA", "BB"}}}}});
    } else if (dice == 3) {
        task.uses = "approval";
        JsonObject asked{{"title", "go on?"}, {"evidence", JsonObject{{"country", "${{ country }}"}}}};
        if (!task.per_country) {
            asked["evidence"] = JsonArray{1, 2};
        }
        asked["approvals"] = 1 + static_cast<std::int64_t>(prng.below(2));
        if (prng.below(2) == 0) {
            constexpr std::array<const char*, 3> defaults{"approve", "reject", "fail"};
            asked["deadline"] = "40s";
            asked["default"] = defaults[prng.below(defaults.size())];
            asked["escalate_after"] = "10s";
        }
        asked["on_reject"] = prng.below(2) == 0 ? "fail" : "continue";
        task.with = value_of(Json(std::move(asked)));
    } else {
        task.uses = dice < 12 ? "work" : "io";
        task.cores = static_cast<int>(prng.below(3));
        if (prng.below(5) == 0) {
            task.pools.emplace_back("tokens", 1 + static_cast<int>(prng.below(2)));
        }
        task.memory_mb = prng.below(6) == 0 ? 200 : 0;
    }
}

dag::TaskNode random_task(int number, int workflow, const std::vector<dag::TaskNode>& before, Prng& prng) {
    dag::TaskNode task;
    task.name = "t" + std::to_string(number);
    task.per_country = prng.below(3) > 0;
    for (int parent = 0; parent < number; ++parent) {
        if (prng.below(3) == 0) {
            task.after.push_back(parent);
        }
    }
    if (prng.below(4) == 0) {
        task.fan = dag::Fan{"item", value_of(static_cast<std::int64_t>(prng.below(4)))};
    }
    if (prng.below(8) == 0) {
        task.gate.pass = 0.5;
    } else if (prng.below(12) == 0) {
        task.gate.any = true;
    } else if (prng.below(12) == 0) {
        task.gate.within = std::chrono::seconds(20);
    }
    task.gate.ended = prng.below(10) == 0;
    const std::uint64_t when = prng.below(8);
    if (when == 0) {
        task.when = dag::When::Always;
    } else if (when == 1) {
        task.when = dag::When::Expression;
        task.when_expr = program_of(prng.below(3) == 0 ? "size(params.countries) > 100" : "size(params.countries) >= 0");
    }
    task.retry.attempts_max = 1 + static_cast<int>(prng.below(3));
    task.retry.backoff = std::chrono::seconds(1);
    task.timeout = std::chrono::seconds(40);
    if (prng.below(6) == 0) {
        task.total_timeout = std::chrono::seconds(20 + static_cast<int>(prng.below(60)));
    }
    if (prng.below(6) == 0) {
        task.start_timeout = std::chrono::seconds(10 + static_cast<int>(prng.below(60)));
    }
    if (prng.below(6) == 0) {
        task.retry_of[prng.below(2) == 0 ? sdk::FailureClass::Resource : sdk::FailureClass::Data] = {
            1 + static_cast<int>(prng.below(4)), std::chrono::seconds(1), 2.0, std::chrono::minutes(5), dag::Jitter::Full
        };
    }
    add_uses(task, workflow, prng);
    if (task.uses == "work" && prng.below(3) == 0) {
        task.cache_for = std::chrono::minutes(1 + static_cast<int>(prng.below(60)));
    }
    if (task.uses == "workflow.run" || task.uses == "event.emit") {
        task.fan.reset();
    }
    if (!before.empty() && task.with.empty() && prng.below(4) == 0 && !task.after.empty()) {
        const std::string parent = before[static_cast<std::size_t>(task.after.front())].name;
        task.with = value_of(JsonObject{{"seen", "${{ tasks." + parent + ".state }}"}});
    }
    return task;
}

schedule::Schedule random_schedule(Prng& prng) {
    constexpr std::array<const char*, 4> zones{"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "UTC"};
    const std::vector<KnownCron>& crons = known_crons();
    schedule::Schedule made;
    made.text = crons[prng.below(crons.size())].text;
    made.cron = *schedule::parse_cron(made.text);
    made.zone = *zones::find_zone(zones[prng.below(zones.size())]);
    made.gap = static_cast<schedule::Gap>(prng.below(3));
    made.fold = static_cast<schedule::Fold>(prng.below(3));
    made.catchup = prng.below(3) > 0 ? schedule::Catchup::All : static_cast<schedule::Catchup>(prng.below(2));
    made.catchup_max = 10'000;
    return made;
}

// One short task, at the ticks of three schedules.
std::shared_ptr<const dag::Workflow> clockwork(Prng& prng) {
    auto workflow = std::make_shared<dag::Workflow>();
    workflow->name = workflow->source = "w3";
    workflow->hash = "hash-w3";
    dag::TaskNode task;
    task.name = "t0";
    task.uses = "io";
    workflow->tasks.push_back(std::move(task));
    for (int number = 0; number < 3; ++number) {
        dag::Trigger trigger;
        trigger.name = "clock-" + std::to_string(number);
        trigger.cron = random_schedule(prng);
        workflow->triggers.push_back(std::move(trigger));
    }
    return workflow;
}

}  // namespace

Instant random_beginning(std::uint64_t seed) {
    Prng prng(seed ^ 0xc10cULL);
    // Stockholm and New York, spring and autumn; Lord Howe Island, whose clock moves by half an hour.
    constexpr std::array<const char*, 6> changes{"2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z", "2027-03-14T07:00:00Z",
                                                 "2027-11-07T06:00:00Z", "2027-04-03T15:00:00Z", "2027-10-02T15:30:00Z"};
    const Instant change = *instant_from_iso(changes[prng.below(changes.size())]);
    return change - std::chrono::seconds(prng.below(3 * 3600));
}

Workflows random_workflows(std::uint64_t seed) {
    Prng prng(seed);
    Workflows all;
    for (int number = 0; number < 3; ++number) {
        auto workflow = std::make_shared<dag::Workflow>();
        workflow->name = "w" + std::to_string(number);
        workflow->source = workflow->name;
        workflow->hash = "hash-" + workflow->name;
        workflow->partition_key = "country";
        workflow->partition_over = value_of("${{ params.countries }}");
        workflow->params_schema = JsonObject{
            {"type", "object"},
            {"properties", JsonObject{
                {"countries", JsonObject{{"type", "array"}, {"default", JsonArray{"AA"}}}}, {"period", JsonObject{{"type", "string"}}}
            }}
        };
        const int tasks = 2 + static_cast<int>(prng.below(6));
        for (int task = 0; task < tasks; ++task) {
            workflow->tasks.push_back(random_task(task, number, workflow->tasks, prng));
        }
        if (prng.below(3) == 0) {
            workflow->concurrency.group = workflow->name;
            workflow->concurrency.limit = 1 + static_cast<int>(prng.below(2));
            constexpr std::array<dag::OnConflict, 4> ways{dag::OnConflict::Queue, dag::OnConflict::Queue, dag::OnConflict::Replace, dag::OnConflict::CancelOldest};
            workflow->concurrency.on_conflict = ways[prng.below(ways.size())];
        }
        if (prng.below(4) == 0) {
            workflow->limits.attempts = 1 + static_cast<int>(prng.below(3));
            workflow->limits.per_country = 1 + static_cast<int>(prng.below(2));
        }
        if (prng.below(4) == 0) {
            workflow->deadline = std::chrono::seconds(60);
        }
        if (number == 1) {
            dag::Trigger trigger;
            trigger.name = "on-event";
            trigger.event = "sim.event";
            trigger.params = value_of(JsonObject{{"countries", JsonArray{"${{ event.data.country }}"}}});
            workflow->triggers.push_back(std::move(trigger));
        } else if (number == 2) {
            dag::Trigger trigger;
            trigger.name = "on-order";
            trigger.event = "sim.order";
            trigger.when = program_of("event.data.n % 2 == 0");
            trigger.params = value_of(JsonObject{{"countries", JsonArray{"${{ event.data.country }}"}}});
            workflow->triggers.push_back(std::move(trigger));
        }
        all[workflow->name] = std::move(workflow);
    }
    all["w3"] = clockwork(prng);
    return all;
}

}  // namespace kontor::sim
