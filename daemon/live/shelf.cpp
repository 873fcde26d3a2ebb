#include "live/shelf.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "live/priority.hpp"
#include "live/role.hpp"

namespace kontor::live {
namespace {

Error refusal(const std::string& country, const sdk::TaskFailure& failure) {
    const std::string what = "the model of " + country + " cannot be used: " + failure.reason();
    switch (failure.kind()) {
        case sdk::FailureClass::Transient:
        case sdk::FailureClass::Resource: return unavailable("live.open", what);
        case sdk::FailureClass::Data:
        case sdk::FailureClass::Config:
        case sdk::FailureClass::Bug: return internal("live.open", what);
    }
    KONTOR_UNREACHABLE();
}

Error nothing_in_force(const std::string& country) {
    return conflict(
        "live", "the country " + country + " has no model in force yet: run the workflow train for it, and ask again once " +
                    "'kontor winners --country " + country + "' shows one"
    );
}

std::vector<std::size_t> allowed_codes(const tasks::model::CodeMap& map) {
    std::vector<std::size_t> allowed;
    for (std::size_t c = 0; c < map.codes().size(); ++c) {
        if (map.allowed()[c]) {
            allowed.push_back(c);
        }
    }
    return allowed;
}

}  // namespace

Shelf::Shelf(ports::ObjectStore& objects, ports::Reads& reads, Record record, ShelfLimits limits)
    : objects_(objects), reads_(reads), record_(std::move(record)), limits_(limits), keeper_([this] { keep_fresh(); }) {}

Shelf::~Shelf() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    keeper_.join();
}

Result<std::vector<Setup>> Shelf::read_setups(const std::string& countries) {
    const Result<std::string> text = reads_.read("live_setups", {countries});
    if (!text) {
        return text.error();
    }
    const Result<Json> told = json_from_text(*text);
    const Json* items = told ? member(*told, "items") : nullptr;
    if (items == nullptr || !items->is_array()) {
        return internal("live.setups", "the query live_setups gives no list");
    }
    std::vector<Setup> setups;
    for (const Json& item : items->get_array()) {
        Setup setup{text_member(item, "country"), Json(), Json()};
        if (const Json* rules = member(item, "rules")) {
            setup.rules = *rules;
        }
        if (const Json* model = member(item, "model")) {
            setup.model = *model;
        }
        if (const Json* codes = member(item, "codes")) {
            setup.codes = *codes;
        }
        if (const Json* threshold = member(item, "threshold"); threshold != nullptr && threshold->is_number()) {
            setup.threshold = threshold->to_number<double>();
        }
        setups.push_back(std::move(setup));
    }
    return setups;
}

Result<LoadedPtr> Shelf::open(const Setup& setup) {
    sdk::TaskIdentity identity;
    identity.task = "live";
    identity.country = setup.country;
    const auto session = objects_.session(identity, role);
    auto loaded = std::make_shared<Loaded>();
    try {
        loaded->setup = setup;
        loaded->ref = tasks::model::model_ref_from(setup.model, "the model in force");
        loaded->bytes = loaded->ref.object.bytes;
        // Requests are shared out among threads; one of them does not need several.
        loaded->model = tasks::model::open_model(*session, loaded->ref, 1);
        loaded->map = tasks::model::map_codes(*session, loaded->ref, loaded->model->classes(), setup.codes, setup.rules);
        loaded->allowed = allowed_codes(loaded->map);
    } catch (const sdk::TaskFailure& failure) {
        return refusal(setup.country, failure);
    }
    if (const Result<void> recorded = record_(setup.country, session->take_effects()); !recorded) {
        return unavailable("live.record", "the model of " + setup.country + " is not used before it is on record: " + recorded.error().message);
    }
    spdlog::info("live predictions of {} use the model {}", setup.country, loaded->ref.id);
    return LoadedPtr(std::move(loaded));
}

LoadedPtr Shelf::look(Slot& slot) {
    const std::lock_guard lock(mutex_);
    slot.used = ++uses_;
    return slot.loaded;
}

Result<LoadedPtr> Shelf::get(const std::string& country) {
    std::shared_ptr<Slot> slot;
    {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<Slot>& known = slots_[country];
        if (known == nullptr) {
            known = std::make_shared<Slot>();
        }
        slot = known;
    }
    if (LoadedPtr loaded = look(*slot)) {
        return loaded;
    }
    const std::lock_guard opening(slot->opening);
    if (LoadedPtr loaded = look(*slot)) {
        return loaded;
    }
    const Result<std::vector<Setup>> setups = read_setups(country);
    if (!setups) {
        return setups.error();
    }
    if (setups->empty()) {
        return nothing_in_force(country);
    }
    Result<LoadedPtr> loaded = open(setups->front());
    if (loaded) {
        put(*slot, *loaded);
    }
    return loaded;
}

void Shelf::put(Slot& slot, LoadedPtr loaded) {
    const std::lock_guard lock(mutex_);
    slot.loaded.swap(loaded);
    opened_ += slot.loaded == nullptr ? 0U : 1U;
    shrink();
}

// Requires: the lock. The one used last stays, however large it is.
void Shelf::shrink() {
    for (;;) {
        std::size_t count = 0;
        std::int64_t sum = 0;
        Slot* oldest = nullptr;
        for (const auto& [country, slot] : slots_) {
            if (slot->loaded != nullptr) {
                ++count;
                sum += slot->loaded->bytes;
                oldest = oldest == nullptr || slot->used < oldest->used ? slot.get() : oldest;
            }
        }
        if (count <= 1 || (count <= limits_.models_max && sum <= limits_.bytes_max)) {
            return;
        }
        oldest->loaded.reset();
    }
}

void Shelf::refresh() {
    std::map<std::string, std::shared_ptr<Slot>> held;
    std::string countries;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [country, slot] : slots_) {
            if (slot->loaded != nullptr) {
                held[country] = slot;
                countries += (countries.empty() ? "" : ",") + country;
            }
        }
    }
    if (held.empty()) {
        return;
    }
    const Result<std::vector<Setup>> setups = read_setups(countries);
    if (!setups) {
        return;  // the models in memory go on answering; the database's trouble is told elsewhere
    }
    for (const auto& [country, slot] : held) {
        const auto now = std::find_if(setups->begin(), setups->end(), [&](const Setup& setup) { return setup.country == country; });
        const std::lock_guard opening(slot->opening);
        LoadedPtr old;
        {
            const std::lock_guard lock(mutex_);
            old = slot->loaded;
        }
        if (old == nullptr || (now != setups->end() && *now == old->setup)) {
            continue;
        }
        if (now == setups->end()) {
            put(*slot, nullptr);
            continue;
        }
        // Until the new one is ready the old one answers.
        const Result<LoadedPtr> loaded = open(*now);
        if (loaded) {
            put(*slot, *loaded);
        } else {
            spdlog::warn("live predictions of {} keep the old model: {}", country, loaded.error().message);
        }
    }
}

void Shelf::keep_fresh() {
    yield_to_answers();
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, limits_.refresh, [this] { return stopping_; })) {
        lock.unlock();
        refresh();
        lock.lock();
    }
}

std::size_t Shelf::models() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](const auto& entry) { return entry.second->loaded != nullptr; }));
}

std::int64_t Shelf::bytes() const {
    const std::lock_guard lock(mutex_);
    std::int64_t sum = 0;
    for (const auto& [country, slot] : slots_) {
        sum += slot->loaded == nullptr ? 0 : slot->loaded->bytes;
    }
    return sum;
}

std::uint64_t Shelf::opened() const {
    const std::lock_guard lock(mutex_);
    return opened_;
}

}  // namespace kontor::live
