#include "engine/alarms.hpp"

#include "engine/stored_rows.hpp"

namespace kontor::engine {

namespace {

constexpr std::string_view raised_event = "kontor.alarm.raised";
constexpr std::string_view cleared_event = "kontor.alarm.cleared";

std::string describe_alarm(const ports::AlarmRow& row) {
    return "alarm " + row.name + " of " + row.country;
}

}  // namespace

void AlarmDesk::remember(
    const std::string& country, const std::string& metric, const core::alarm::Past& each
) {
    auto& periods = past[{country, metric}];
    periods[each.period] = each.value;
    if (periods.size() > static_cast<std::size_t>(ports::past_periods_max)) {
        periods.erase(periods.begin());
    }
}

std::vector<core::alarm::Past> AlarmDesk::past_of(
    const std::string& country, const std::string& metric
) const {
    std::vector<core::alarm::Past> all;
    if (const auto known = past.find({country, metric}); known != past.end()) {
        for (const auto& [period, value] : known->second) {
            all.push_back({period, value});
        }
    }
    return all;
}

void Alarms::recover(const ports::Snapshot& snapshot) {
    for (const ports::AlarmRow& row : snapshot.alarms) {
        conductor_.alarms_.alarms[{row.country, row.name}] = row;
    }
    for (const ports::PastReading& row : snapshot.past_readings) {
        conductor_.alarms_.remember(row.country, row.metric, row.past);
    }
}

void Alarms::take(const ActiveRun& active, const sdk::ReadingsTaken& taken, Instant now) {
    for (const sdk::Reading& reading : taken.readings) {
        conductor_.batch_.readings.push_back(
            {taken.country, taken.period, reading, taken.model, active.row.id, now}
        );
        if (reading.feature.empty()) {
            conductor_.alarms_.remember(
                taken.country, reading.metric, {taken.period, reading.value}
            );
        }
    }
    for (const sdk::AlarmRule& rule : taken.alarms) {
        hold(active, taken, rule, now);
    }
}

void Alarms::hold(
    const ActiveRun& active,
    const sdk::ReadingsTaken& taken,
    const sdk::AlarmRule& rule,
    Instant now
) {
    const auto known = conductor_.alarms_.alarms.find({taken.country, rule.name});
    ports::AlarmRow row =
        known == conductor_.alarms_.alarms.end() ? ports::AlarmRow() : known->second;
    row.country = taken.country;
    row.name = rule.name;
    const auto decision = core::alarm::decide(
        row.state,
        rule,
        taken.readings,
        taken.period,
        conductor_.alarms_.past_of(taken.country, rule.metric)
    );
    if (!decision) {
        return;
    }
    const bool stood = row.state.raised;
    row.state = decision->state;
    row.rule = rule;
    row.sentence = core::alarm::sentence(row.state, rule);
    row.model = taken.model;
    row.workflow = active.row.workflow;
    row.run = active.row.id;
    row.at = now;
    if (row.state.raised != stood) {
        (row.state.raised ? row.raised_at : row.cleared_at) = now;
    }
    store(row);
    if (decision->change == core::alarm::Change::None) {
        return;
    }
    ports::EventRow like = event_of(active);
    const bool raised = decision->change == core::alarm::Change::Raised;
    JsonObject data = taken.data;
    data["again"] = stood;
    tell(raised ? raised_event : cleared_event, row, data, std::move(like), now);
    conductor_.actions_.log.push_back(
        describe_alarm(row) + (raised ? " is raised: " : " is over: ") + row.sentence
    );
}

void Alarms::store(const ports::AlarmRow& row) {
    conductor_.alarms_.alarms[{row.country, row.name}] = row;
    conductor_.batch_.alarms.push_back(row);
}

void Alarms::tell(
    std::string_view type,
    const ports::AlarmRow& row,
    const JsonObject& data,
    ports::EventRow like,
    Instant now
) {
    like.type = type;
    like.subject = row.country;
    like.time = now;
    JsonObject told = data;  // what the task hands on; what follows goes before it
    told["country"] = row.country;
    told["alarm"] = row.name;
    told["metric"] = row.rule.metric;
    told["feature"] = row.state.feature;
    told["value"] = row.state.value;
    told["limit"] = row.rule.above ? *row.rule.above : row.rule.below.value_or(0);
    told["rows"] = row.state.rows;
    told["period"] = row.state.period;
    told["model"] = row.model;
    told["retrain"] = row.rule.retrain;
    told["sentence"] = row.sentence;
    like.data = std::move(told);
    conductor_.emit(std::move(like), now);
}

void Alarms::end(AlarmInput input, Instant now) {
    const AlarmRequest& wanted = input.request;
    if (conductor_.answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto known = conductor_.alarms_.alarms.find({wanted.country, wanted.alarm});
    if (known == conductor_.alarms_.alarms.end()) {
        conductor_.answer(
            {},
            input.reply,
            not_found(
                "alarms",
                "no alarm '" + wanted.alarm + "' was ever decided for " + wanted.country +
                    ": `kontor alarms` lists those that were"
            ),
            now
        );
        return;
    }
    if (!known->second.state.raised) {
        conductor_.answer(
            {},
            input.reply,
            conflict(
                "alarms", describe_alarm(known->second) + " is not raised: there is nothing to end"
            ),
            now
        );
        return;
    }
    ports::AlarmRow row = known->second;
    row.state = core::alarm::dismissed(row.state);
    row.sentence =
        "ended by " + wanted.by.name + (wanted.reason.empty() ? "" : ": " + wanted.reason);
    row.run = 0;
    row.cleared_at = now;
    row.at = now;
    const JsonObject shown{
        {"country", row.country},
        {"alarm", row.name},
        {"state", "calm"},
        {"period", row.state.period},
        {"sentence", row.sentence},
        {"dry_run", wanted.dry_run}};
    if (wanted.dry_run) {
        conductor_.carried_out(wanted, input.reply, Reply{200, to_text(shown)}, now);
        return;
    }
    store(row);
    ports::EventRow like;
    like.source = "kontor/alarms";
    like.correlation = "c" + std::to_string(conductor_.next_id());
    like.by = wanted.by.name;
    like.countries = to_json(wanted.by.countries);
    tell(
        cleared_event,
        row,
        {{"by", wanted.by.name}, {"reason", wanted.reason}},
        std::move(like),
        now
    );
    conductor_.carried_out(wanted, input.reply, Reply{200, to_text(shown)}, now);
}

}  // namespace kontor::engine
