// `kontor pools`: limits on what runs at once.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct PoolWish {
    std::string name;
    std::string slots;  // a number, or "none"
    int weight = 1;
    std::string reason;
    bool dry_run = false;
};

std::string pool_path(const std::string& name) { return "/v1/pools/" + percent_encoded(name); }

std::string slots_text(const Json& pool) {
    const Json* slots = member(pool, "slots");
    const std::string number = slots == nullptr || slots->is_null() ? "" : to_text(*slots);
    return number.empty() ? "no limit" : number + (number == "1" ? " slot" : " slots");
}

std::string count_text(const Json& pool, std::string_view name) {
    const Json* count = member(pool, name);
    return count == nullptr ? "?" : to_text(*count);
}

int show_pools(Session& session) {
    return print_list(
        session, "/v1/pools",
        {{"POOL", "/name"},
         {"COUNTS", "/counts"},
         {"SLOTS", "/slots", Kind::Number},
         {"HELD", "/held", Kind::Number},
         {"WAITING", "/waiting", Kind::Number},
         {"WEIGHT", "/weight", Kind::Number},
         {"BY", "/by"},
         {"SINCE", "/at", Kind::Time},
         {"REASON", "/reason"}},
        "No pools."
    );
}

int show_pool(Session& session, const std::string& name) {
    const Result<Json> pool = session.client.get(pool_path(name));
    if (!pool) {
        return report(session.around, pool.error());
    }
    const int code = print_item(
        session, *pool,
        {{"pool", "/name"},
         {"counts", "/counts"},
         {"slots", "/slots"},
         {"held", "/held"},
         {"waiting", "/waiting"},
         {"weight", "/weight"},
         {"set by", "/by"},
         {"since", "/at", Kind::Time},
         {"reason", "/reason"}}
    );
    const Json* holders = member(*pool, "holders");
    for (const Json& each : session.output == Output::Table && holders != nullptr && holders->is_array() ? holders->get_array() : JsonArray{}) {
        const std::string country = text_member(each, "country");
        session.around.out << "  " << count_text(each, "amount") << "  run " << count_text(each, "run") << " "
                           << printable(country.empty() ? "" : country + "/") << printable(text_member(each, "task")) << "\n";
    }
    return code;
}

int turn_pool(Session& session, const PoolWish& wish, bool remove) {
    JsonObject body;
    if (!remove) {
        body["slots"] = wish.slots == "none" ? Json() : Json(std::stoi(wish.slots));
        body["weight"] = wish.weight;
    }
    if (!wish.reason.empty()) {
        body["reason"] = wish.reason;
    }
    if (wish.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = remove ? session.client.post(pool_path(wish.name) + "/remove", std::move(body))
                                      : session.client.put_text(pool_path(wish.name), to_text(Json(std::move(body))), "application/json");
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    if (wish.dry_run) {
        const Json* before = member(*reply, "before");
        const Json* after = member(*reply, "after");
        const Json none;
        session.around.out << "Nothing was changed. Pool " << printable(wish.name) << " has " << slots_text(before == nullptr ? none : *before)
                           << ", and would have " << slots_text(after == nullptr ? none : *after) << "; "
                           << count_text(before == nullptr ? none : *before, "held") << " are held.\n";
    } else if (remove) {
        session.around.out << "Pool " << printable(wish.name) << " is set by nobody any more.\n";
    } else {
        session.around.out << "Pool " << printable(wish.name) << " has " << slots_text(*reply) << ", " << count_text(*reply, "held")
                           << " are held, " << count_text(*reply, "waiting") << " wait.\n";
    }
    return ExitOk;
}

}  // namespace

void add_pool_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* group = app.add_subcommand("pools", "Limits on what runs at once: cores, memory, tokens, countries, workflows, task types");
    group->require_subcommand(0, 1);
    group->callback([group, &grammar] {
        if (group->get_subcommands().empty()) {
            grammar.remote = show_pools;
        }
    });
    CLI::App* command = group->add_subcommand("list", "All pools, what is held of them and what waits");
    command->callback([&grammar] { grammar.remote = show_pools; });

    auto name = std::make_shared<std::string>();
    command = group->add_subcommand("show", "One pool and who holds its slots");
    command->add_option("POOL", *name, "Its name")->required();
    command->callback([&grammar, name] {
        grammar.remote = [name](Session& session) { return show_pool(session, *name); };
    });

    auto wish = std::make_shared<PoolWish>();
    const auto common = [&wish](CLI::App* one) {
        one->add_option("--reason", wish->reason, "Why; kept with it");
        one->add_flag("--dry-run", wish->dry_run, "Say what would change, and change nothing");
    };
    command = group->add_subcommand("set", "Set a pool's slots, at once; what runs keeps its own");
    command->add_option("POOL", wish->name, "compute, io, memory (MB), country:XX, country:*, workflow:NAME, type:TASK_TYPE, or a name that tasks give")->required();
    const CLI::Validator slots(
        [](const std::string& text) {
            const bool number = !text.empty() && text.size() <= 7 && text.find_first_not_of("0123456789") == std::string::npos;
            return text == "none" || number ? std::string() : "must be a whole number, or none for no limit";
        },
        "NUMBER|none"
    );
    command->add_option("SLOTS", wish->slots, "How many; none: no limit")->required()->check(slots);
    command->add_option("--weight", wish->weight, "Of a country: how many turns it gets against 1 of others")->check(CLI::Range(1, 100))->capture_default_str();
    common(command);
    command->callback([&grammar, wish] {
        grammar.remote = [wish](Session& session) { return turn_pool(session, *wish, false); };
    });
    command = group->add_subcommand("remove", "Nobody sets it any more: what it limited has no limit, or its own again");
    command->add_option("POOL", wish->name, "Its name")->required();
    common(command);
    command->callback([&grammar, wish] {
        grammar.remote = [wish](Session& session) { return turn_pool(session, *wish, true); };
    });
}

}  // namespace kontor::cli
