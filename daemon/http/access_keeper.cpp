#include "http/access_keeper.hpp"

#include <spdlog/spdlog.h>

namespace kontor::http {

namespace {

std::optional<KnownToken> token_in(const Json& item) {
    KnownToken token;
    token.hash = text_member(item, "hash");
    token.caller.name = text_member(item, "name");
    const auto role = role_from_text(text_member(item, "role"));
    const Json* id = member(item, "id");
    if (!role || id == nullptr || !id->is_int64() || token.hash.empty()) {
        return std::nullopt;
    }
    token.caller.role = *role;
    token.caller.token = id->get_int64();
    if (const std::string expires = text_member(item, "expires_at"); !expires.empty()) {
        const auto at = instant_from_iso(expires);
        if (!at) {
            return std::nullopt;
        }
        token.expires_at = *at;
    }
    // Absent is not "all": only a null that stands there is.
    const Json* countries = member(item, "countries");
    if (countries != nullptr && countries->is_null()) {
        token.caller.countries = Countries::all();
    } else if (countries != nullptr && countries->is_array()) {
        std::vector<std::string> list;
        for (const Json& country : countries->get_array()) {
            list.emplace_back(country.is_string() ? std::string(country.get_string()) : "");
        }
        token.caller.countries = Countries::of(std::move(list));
    }
    return token;
}

}  // namespace

std::vector<KnownToken> tokens_in(const Json& answer) {
    std::vector<KnownToken> tokens;
    const Json* items = member(answer, "items");
    if (items == nullptr || !items->is_array()) {
        return tokens;
    }
    for (const Json& item : items->get_array()) {
        if (auto token = token_in(item)) {
            tokens.push_back(std::move(*token));
        }
    }
    return tokens;
}

void AccessKeeper::start(std::function<void()> looked) {
    looked_ = std::move(looked);
    refresh();
    thread_ = std::thread([this] { run(); });
}

void AccessKeeper::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void AccessKeeper::refresh() {
    const std::lock_guard lock(refreshing_);
    const auto answer = api_.read("tokens_in_force", {});
    if (!answer) {
        spdlog::debug("http: the tokens cannot be read: {}", describe(answer.error()));
        return;
    }
    const auto list = json_from_text(*answer);
    const Json* items = list ? member(*list, "items") : nullptr;
    if (items == nullptr || !items->is_array()) {
        return;
    }
    auto tokens = tokens_in(*list);
    const std::size_t unreadable = items->get_array().size() - tokens.size();
    if (unreadable != unreadable_) {
        unreadable_ = unreadable;
        spdlog::error("http: {} tokens in the database cannot be read and open nothing", unreadable);
    }
    book_.replace(std::move(tokens));
}

void AccessKeeper::run() {
    Duration since_uses{0};
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, every, [this] { return stopping_; })) {
        lock.unlock();
        refresh();
        looked_();
        since_uses += every;
        if (since_uses >= uses_every) {
            since_uses = Duration(0);
            if (auto uses = book_.take_uses(); !uses.empty()) {
                api_.record({}, std::move(uses));
            }
        }
        lock.lock();
    }
}

}  // namespace kontor::http
