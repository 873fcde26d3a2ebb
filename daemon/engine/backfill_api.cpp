// The Api's use cases about backfills: what the conductor does not keep is read first.
#include "engine/engine.hpp"

namespace kontor::engine {
namespace {

void read_known(const Json& partitions, BackfillInput& input) {
    if (const Json* ever = member(partitions, "countries"); ever != nullptr && ever->is_array()) {
        for (const Json& country : ever->get_array()) {
            input.ever.emplace_back(country.is_string() ? std::string(country.get_string()) : "");
        }
    }
    if (const Json* items = member(partitions, "items"); items != nullptr && items->is_array()) {
        for (const Json& item : items->get_array()) {
            const Json* run = member(item, "run");
            input.known.push_back(
                {text_member(item, "country"), text_member(item, "period"), text_member(item, "state"),
                 run != nullptr && run->is_int64() ? run->get_int64() : 0}
            );
        }
    }
}

}  // namespace

Result<Reply> Engine::backfill(BackfillRequest request) {
    BackfillInput input;
    if (request.missing_only) {
        std::string periods;
        for (const std::string& period : request.periods) {
            periods += (periods.empty() ? "" : ",") + period;
        }
        const Result<std::string> found = reads_.read("partitions_known", {request.workflow, periods, request.by.countries.filter()});
        const Result<Json> known = found ? json_from_text(*found) : Result<Json>(found.error());
        if (!known) {
            return known.error();
        }
        read_known(*known, input);
    }
    input.request = std::move(request);
    return call([&](ReplyTo reply) {
        input.reply = std::move(reply);
        return std::move(input);
    });
}

Result<Reply> Engine::turn_backfill(BackfillOrder order) {
    const std::string id = std::to_string(order.backfill);
    const Result<Reply> reply = call([&](ReplyTo to) { return BackfillOrderInput{std::move(order), std::move(to)}; });
    if (reply || reply.error().kind != ErrorKind::NotFound) {
        return reply;
    }
    // The conductor knows those under way; what became of the others stands in the database.
    const Result<std::string> shown = reads_.read("backfill_one", {id});
    const Result<Json> row = shown ? json_from_text(*shown) : Result<Json>(shown.error());
    if (!row || row->is_null()) {
        return row ? Result<Reply>(not_found("backfill", "there is no backfill " + id)) : Result<Reply>(row.error());
    }
    return conflict("backfill", "backfill " + id + " has ended: it is " + text_member(*row, "state") + ", " + text_member(*row, "summary"));
}

}  // namespace kontor::engine
