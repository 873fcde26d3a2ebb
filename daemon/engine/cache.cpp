#include "engine/cache.hpp"

#include <algorithm>

#include "engine/effect_json.hpp"

namespace kontor::engine {

using core::cache::Question;
using core::run::Index;
using core::run::TaskState;

namespace {

CacheDesk::Place place_of(const ports::CacheRow& row) { return {row.workflow, row.task, row.country, row.item}; }

Question question_of(const ports::CacheRow& row) { return {row.workflow, row.task, row.uses, row.code, row.country, row.item, row.seed, row.input}; }

}  // namespace

Question ResultCache::question_of(const ActiveRun& active, Index index, const Json& input) const {
    const core::run::Instance& instance = active.run.instance(index);
    return {
        active.row.workflow, active.run.node(instance).name, active.run.node(instance).uses, conductor_.settings_.code, active.run.country(instance), instance.item, seed_of(active, index),
        core::cache::by_content(input)
    };
}

bool ResultCache::take(ActiveRun& active, Index index, Instant now) {
    const core::dag::TaskNode& node = active.run.node(active.run.instance(index));
    const Result<Json> input = active.run.render_input(index, conductor_.world());
    if (!input) {
        return false;  // its attempt says what is wrong with it
    }
    const auto found = conductor_.cache_.results.find(core::cache::key_of(question_of(active, index, *input)));
    if (found == conductor_.cache_.results.end() || found->second.row.at + *node.cache_for <= now) {
        return false;
    }
    const ports::CacheRow row = found->second.row;
    core::run::Changes changes;
    const std::int64_t task = conductor_.id_of(active, index);
    for (const Json& effect : row.effects.is_array() ? row.effects.get_array() : JsonArray{}) {
        if (std::optional<sdk::Effect> again = effect_from(effect)) {
            conductor_.batch_.effects.push_back({conductor_.next_id(), active.row.id, task, now, std::move(*again)});
        }
    }
    active.run.instance(index).input = *input;
    active.run.settle_cached(
        index, row.outputs, "taken from the cache: run " + std::to_string(row.run) + " gave it at " + to_iso(row.at), now, conductor_.world(), changes
    );
    conductor_.absorb(active, std::move(changes), now);
    return true;
}

void ResultCache::keep(ActiveRun& active, Index index, const std::vector<sdk::Effect>& effects, Instant now) {
    const core::run::Instance& instance = active.run.instance(index);
    const core::dag::TaskNode& node = active.run.node(instance);
    if (!node.cache_for || instance.state != TaskState::Succeeded) {
        return;
    }
    const Question question = question_of(active, index, instance.input);
    ports::CacheRow row;
    row.key = core::cache::key_of(question);
    row.workflow = active.row.workflow;
    row.task = node.name;
    row.country = question.country;
    row.item = question.item;
    row.run = active.row.id;
    row.at = now;
    row.uses = question.uses;
    row.code = question.code;
    row.seed = question.seed;
    row.input = question.input;
    row.outputs = instance.outputs;
    row.effects = repeatable(effects);
    std::erase(conductor_.batch_.uncached, row.key);
    std::erase_if(conductor_.batch_.cached, [&](const ports::CacheRow& each) { return each.key == row.key; });
    conductor_.batch_.cached.push_back(row);
    remember(std::move(row));
    bound();
}

void ResultCache::remember(ports::CacheRow row) {
    CacheDesk& desk = conductor_.cache_;
    if (const auto known = desk.results.find(row.key); known != desk.results.end()) {
        drop(known->first);
    }
    const std::size_t bytes = to_text(row.input).size() + to_text(row.outputs).size() + to_text(row.effects).size();
    const std::pair<Instant, std::string> stamp(row.at, row.key);
    desk.by_place[place_of(row)].insert(stamp);
    desk.by_age.insert(stamp);
    desk.bytes += bytes;
    desk.results[stamp.second] = {std::move(row), bytes};
}

void ResultCache::drop(const std::string& key) {
    CacheDesk& desk = conductor_.cache_;
    const auto found = desk.results.find(key);
    const std::pair<Instant, std::string> stamp(found->second.row.at, found->first);
    const auto place = desk.by_place.find(place_of(found->second.row));
    place->second.erase(stamp);
    if (place->second.empty()) {
        desk.by_place.erase(place);
    }
    desk.by_age.erase(stamp);
    desk.bytes -= found->second.bytes;
    desk.results.erase(found);
}

void ResultCache::discard(const std::string& key) {
    std::erase_if(conductor_.batch_.cached, [&](const ports::CacheRow& each) { return each.key == key; });
    conductor_.batch_.uncached.push_back(key);
    drop(key);
}

void ResultCache::bound() {
    CacheDesk& desk = conductor_.cache_;
    while (desk.results.size() > ports::cached_max || desk.bytes > ports::cached_bytes_max) {
        const std::string oldest = desk.by_age.begin()->second;
        discard(oldest);
    }
}

void ResultCache::forget(const ActiveRun& active, const std::vector<core::run::Move>& moves) {
    for (const core::run::Move& move : moves) {
        const auto place = conductor_.cache_.by_place.find({active.row.workflow, move.task, move.country, move.item});
        if (place == conductor_.cache_.by_place.end()) {
            continue;
        }
        const std::set<std::pair<Instant, std::string>> stamps = place->second;
        for (const auto& [at, key] : stamps) {
            discard(key);
        }
    }
}

std::string ResultCache::sentence(const ActiveRun& active, Index index, Instant now) const {
    const core::run::Instance& instance = active.run.instance(index);
    const core::dag::TaskNode& node = active.run.node(instance);
    if (!node.cache_for || (instance.attempt == 0 && is_final(instance.state))) {
        return "";
    }
    const Result<Json> input = instance.input.is_null() ? active.run.render_input(index, conductor_.world()) : Result<Json>(instance.input);
    const auto place = conductor_.cache_.by_place.find({active.row.workflow, node.name, active.run.country(instance), instance.item});
    if (!input || place == conductor_.cache_.by_place.end()) {
        return input ? "not taken from the cache: nothing is kept of it" : "";
    }
    const Question asked = question_of(active, index, *input);
    const std::string key = core::cache::key_of(asked);
    for (auto stamp = place->second.rbegin(); stamp != place->second.rend(); ++stamp) {
        const ports::CacheRow& row = conductor_.cache_.results.at(stamp->second).row;
        if (row.run == active.row.id) {
            continue;  // its own
        }
        const std::string of = "not taken from the cache: of run " + std::to_string(row.run) + ", ";
        if (row.key != key) {
            return of + core::cache::difference(engine::question_of(row), asked);
        }
        return row.at + *node.cache_for <= now ? of + "which asked the same, the result is older than " + to_text(*node.cache_for) : "";
    }
    return "not taken from the cache: nothing earlier is kept of it";
}

void ResultCache::clear(CacheInput input, Instant now) {
    const CacheRequest& wanted = input.request;
    if (conductor_.answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    std::vector<std::string> keys;
    for (const auto& [place, stamps] : conductor_.cache_.by_place) {
        const auto& [workflow, task, country, item] = place;
        if (workflow == wanted.workflow && (wanted.task.empty() || task == wanted.task) && (wanted.country.empty() || country == wanted.country) &&
            wanted.by.countries.contains(country)) {
            for (const auto& [at, key] : stamps) {
                keys.push_back(key);
            }
        }
    }
    if (!wanted.dry_run) {
        for (const std::string& key : keys) {
            discard(key);
        }
    }
    const JsonObject body{
        {"workflow", wanted.workflow}, {"task", wanted.task}, {"country", wanted.country}, {"count", static_cast<std::int64_t>(keys.size())},
        {"dry_run", wanted.dry_run}
    };
    conductor_.carried_out(wanted, input.reply, Reply{200, to_text(body)}, now);
}

void ResultCache::recover(const ports::Snapshot& snapshot) {
    for (const ports::CacheRow& row : snapshot.cached) {
        remember(row);
    }
}

}  // namespace kontor::engine
