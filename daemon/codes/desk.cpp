#include "codes/desk.hpp"

#include "base/sha256.hpp"
#include "codes/impact.hpp"
#include "codes/list_text.hpp"
#include "tasks/codes/crosswalk.hpp"

namespace kontor::codes {
namespace {

Error refused(std::vector<ErrorDetail> faults) {
    Error error = invalid("codes", "the code list is not taken: " + faults.front().message);
    error.details = std::move(faults);
    return error;
}

// Equal for equal rows, in whatever way they were written.
std::string hash_of(const std::vector<ports::ListRow>& rows, const std::vector<ports::ListMove>& moves) {
    JsonArray codes;
    for (const ports::ListRow& row : rows) {
        codes.push_back(JsonArray{Json(row.code), Json(row.title), Json(row.valid_from), Json(row.valid_to)});
    }
    JsonArray crosswalk;
    for (const ports::ListMove& move : moves) {
        crosswalk.push_back(JsonArray{Json(move.from), Json(move.to), Json(move.kind), Json(move.weight)});
    }
    return sha256_hex(to_text(JsonArray{std::move(codes), std::move(crosswalk)}));
}

}  // namespace

Result<ports::DeskReply> ListDesk::import(const ports::ImportOrder& order, const ports::DeskCaller& by, Instant at) {
    Result<std::optional<ports::DeskReply>> earlier = rows_.earlier(by);
    if (!earlier) {
        return earlier.error();
    }
    if (*earlier) {
        return std::move(**earlier);
    }
    if (!is_day(order.effective_from)) {
        return refused({{"/effective_from", "\"" + order.effective_from + "\" is no day: write YYYY-MM-DD"}});
    }
    ListText list = read_list(order.list);
    if (!list.faults.empty()) {
        return refused(std::move(list.faults));
    }
    const Result<ports::KnownLists> known = rows_.known(order.country, order.effective_from);
    if (!known) {
        return known.error();
    }
    CrosswalkText crosswalk;
    if (!order.crosswalk.empty()) {
        crosswalk = read_crosswalk(order.crosswalk, list.rows, known->before ? known->before->rows : std::vector<ports::ListRow>());
        if (!crosswalk.faults.empty()) {
            return refused(std::move(crosswalk.faults));
        }
    }
    const std::string sha256 = hash_of(list.rows, crosswalk.moves);
    const bool unchanged = known->same_day && known->same_day->sha256 == sha256;
    JsonObject body{
        {"country", order.country},
        {"version", unchanged ? known->same_day->version : known->newest + 1},
        {"effective_from", order.effective_from},
        {"codes", static_cast<std::int64_t>(list.rows.size())},
        {"moves", static_cast<std::int64_t>(crosswalk.moves.size())},
        {"sha256", sha256},
        {"unchanged", unchanged},
        {"dry_run", order.dry_run},
        {"impact", impact_of(*known, order.effective_from, list.rows, crosswalk.moves, tasks::codes::split_share_usual)}};
    if (unchanged || order.dry_run) {
        return rows_.keep(order, body, by, at);
    }
    return rows_.add(order, {known->newest, sha256, std::move(list.rows), std::move(crosswalk.moves), std::move(body)}, by, at);
}

}  // namespace kontor::codes
