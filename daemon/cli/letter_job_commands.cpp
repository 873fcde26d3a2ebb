// Many dead letters by one command, and how far it is.
#include "cli/cli.hpp"
#include "cli/letter_orders.hpp"
#include "cli/params.hpp"
#include "cli/table.hpp"

#include <charconv>
#include <ostream>

namespace kontor::cli {
namespace {

std::string letter_path(std::int64_t id) { return "/v1/dead-letters/" + std::to_string(id); }

std::int64_t number(const Json& from, const char* name) {
    const Json* value = member(from, name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

JsonObject selection_of(const LetterOrder& order) {
    JsonObject body;
    for (const auto& [name, value] :
         {std::pair<const char*, const std::string*>{"fingerprint", &order.fingerprint}, {"workflow", &order.workflow}, {"task", &order.task},
          {"country", &order.country}, {"failure_class", &order.failure_class}, {"older_than", &order.older_than},
          {"newer_than", &order.newer_than}, {"reason", &order.reason}}) {
        if (!value->empty()) {
            body[name] = *value;
        }
    }
    if (order.all) {
        body["all"] = true;
    }
    if (order.dry_run) {
        body["dry_run"] = true;
    }
    return body;
}

// "10/m" or "10".
Result<std::int64_t> per_minute(const std::string& rate) {
    const std::string digits = rate.ends_with("/m") ? rate.substr(0, rate.size() - 2) : rate;
    std::int64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || value < 1) {
        return invalid("", "--rate " + rate + ": write how many a minute, for example 10/m");
    }
    return value;
}

// What is common to one letter and to many.
Result<JsonObject> redrive_body(const LetterOrder& order, JsonObject body) {
    body["definition"] = order.newest ? "newest" : "pinned";
    if (!order.set.empty()) {
        Result<JsonObject> with = params_from_arguments({}, order.set);
        if (!with) {
            return with.error();
        }
        body["with"] = std::move(*with);
    }
    return body;
}

void print_letter(std::ostream& out, const Json& item) {
    out << "  letter " << number(item, "letter");
    if (const std::string refused = text_member(item, "refused"); !refused.empty()) {
        out << "  would be refused: " << printable(refused) << "\n";
        return;
    }
    if (const std::string task = text_member(item, "task"); !task.empty()) {
        const std::string country = text_member(item, "country");
        const std::string part = text_member(item, "item");
        const Json* input = member(item, "input");
        out << "  run " << number(item, "run") << " " << printable(task + (country.empty() ? "" : "/" + country) + (part.empty() ? "" : "/" + part));
        if (member(item, "still_to_run") != nullptr) {
            out << ", " << number(item, "still_to_run") << " still to run";
        }
        out << ", input " << (input == nullptr ? "null" : printable(to_text(*input)));
    }
    out << "\n";
}

int print_job_reply(Session& session, const Result<Json>& reply) {
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    std::ostream& out = session.around.out;
    if (member(*reply, "dry_run") == nullptr) {
        out << "Job " << number(*reply, "id") << " is to " << text_member(*reply, "action") << " " << number(*reply, "letters")
            << " dead letters; 'kontor dlq jobs' says how far it is.\n";
        return ExitOk;
    }
    out << "Nothing was changed. Would " << text_member(*reply, "action") << " " << number(*reply, "letters") << " dead letters:\n";
    if (const Json* items = member(*reply, "items"); items != nullptr && items->is_array()) {
        for (const Json& item : items->get_array()) {
            print_letter(out, item);
        }
    }
    if (const std::int64_t more = number(*reply, "more"); more > 0) {
        out << "  and " << more << " more\n";
    }
    return ExitOk;
}

int redrive_one(Session& session, std::int64_t id, const JsonObject& body) {
    const Result<Json> reply = session.client.post(letter_path(id) + "/redrive", body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    if (member(*reply, "dry_run") != nullptr) {
        session.around.out << "Nothing was changed. Would run:\n";
        print_letter(session.around.out, *reply);
        return ExitOk;
    }
    const Json* run = member(*reply, "run");
    session.around.out << "Dead letter " << id << " is on its way again" << (run != nullptr ? " in run " + to_text(*run) : std::string())
                       << ".\n";
    return ExitOk;
}

}  // namespace

int redrive_dead_letters(Session& session, const LetterOrder& order) {
    JsonObject start = order.ids.empty() ? selection_of(order) : JsonObject{};
    Result<JsonObject> body = redrive_body(order, std::move(start));
    const Result<std::int64_t> rate = order.rate.empty() ? Result<std::int64_t>(0) : per_minute(order.rate);
    if (!body || !rate) {
        report(session.around, body ? rate.error() : body.error());
        return ExitUsage;
    }
    if (order.ids.empty()) {
        if (order.canary) {
            (*body)["canary"] = true;
        }
        if (*rate > 0) {
            (*body)["per_minute"] = *rate;
        }
        return print_job_reply(session, session.client.post("/v1/dead-letters/redrive", *body));
    }
    if (!order.reason.empty()) {
        (*body)["reason"] = order.reason;
    }
    if (order.dry_run) {
        (*body)["dry_run"] = true;
    }
    int code = ExitOk;
    for (const std::int64_t id : order.ids) {
        // The others may still be redriven: go on, and say so in the exit code.
        const int one = redrive_one(session, id, *body);
        code = one == ExitOk ? code : one;
    }
    return code;
}

int discard_dead_letters(Session& session, const LetterOrder& order) {
    if (order.ids.empty()) {
        return print_job_reply(session, session.client.post("/v1/dead-letters/discard", selection_of(order)));
    }
    int code = ExitOk;
    for (const std::int64_t id : order.ids) {
        JsonObject body{{"reason", order.reason}};
        if (order.dry_run) {
            body["dry_run"] = true;
        }
        const Result<Json> reply = session.client.post(letter_path(id) + "/discard", std::move(body));
        if (!reply) {
            code = report(session.around, reply.error());
            continue;
        }
        if (!printed_as_json(session, *reply)) {
            session.around.out << (order.dry_run ? "Nothing was changed. Dead letter " : "Dead letter ") << id
                               << (order.dry_run ? " would be discarded.\n" : " discarded.\n");
        }
    }
    return code;
}

int list_letter_jobs(Session& session, int limit) {
    return print_list(
        session,
        with_query("/v1/dead-letter-jobs", {{"limit", std::to_string(limit)}}),
        {{"JOB", "/id", Kind::Number},
         {"STATE", "/state", Kind::State},
         {"ACTION", "/action"},
         {"LETTERS", "/letters", Kind::Number},
         {"HANDLED", "/handled", Kind::Number},
         {"REFUSED", "/refused", Kind::Number},
         {"BY", "/by"},
         {"CREATED", "/created_at", Kind::Time},
         {"SAID", "/said"}},
        "No dead letters were redriven or discarded by many."
    );
}

int show_letter_job(Session& session, std::int64_t id) {
    const Result<Json> job = session.client.get("/v1/dead-letter-jobs/" + std::to_string(id));
    if (!job) {
        return report(session.around, job.error());
    }
    return print_item(
        session,
        *job,
        {{"job", "/id"},
         {"state", "/state", Kind::State},
         {"action", "/action"},
         {"selection", "/selection"},
         {"letters", "/letters"},
         {"handled", "/handled"},
         {"carried out", "/carried_out"},
         {"refused", "/refused"},
         {"refusals", "/refusals"},
         {"canary", "/canary"},
         {"watched", "/watched"},
         {"a minute", "/per_minute"},
         {"definition", "/definition"},
         {"input edited", "/with"},
         {"by", "/by"},
         {"reason", "/reason"},
         {"created", "/created_at", Kind::Time},
         {"next", "/next_at", Kind::Time},
         {"finished", "/finished_at", Kind::Time},
         {"said", "/said"}}
    );
}

int stop_letter_job(Session& session, std::int64_t id, const std::string& reason, bool dry_run) {
    JsonObject body;
    if (dry_run) {
        body["dry_run"] = true;
    }
    if (!reason.empty()) {
        body["reason"] = reason;
    }
    const Result<Json> reply = session.client.post("/v1/dead-letter-jobs/" + std::to_string(id) + "/stop", body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        session.around.out << (dry_run ? "Nothing was changed. Job " : "Job ") << id << (dry_run ? " would stop after " : " is stopped after ") << number(*reply, "handled") << " of " << number(*reply, "letters")
                           << " dead letters.\n";
    }
    return ExitOk;
}

}  // namespace kontor::cli
